"""How long it takes to write to 5,000 people: our actions against the same rows in raw SQL.

    python -m hms_portal.embedded .venv/bin/python benchmarks/messages.py

Prints the page that counts them, the press that sends, the posting of every letter, statements, the
same rows by hand, and the ratios. Read the ratios: the machine may be shared.
"""

import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import django
from celery import current_app

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bookings.actions import messages as actions  # noqa: E402
from bookings.models import Activity, Message  # noqa: E402
from bookings.queries import messages as queries  # noqa: E402
from bookings.rules.messages import fingerprint  # noqa: E402
from core.models import Email, MailCopy  # noqa: E402
from people.models import User  # noqa: E402
from tests.factories.bookings import ActivityFactory  # noqa: E402
from tests.factories.core import NOON  # noqa: E402
from tests.factories.people import head_of  # noqa: E402

READERS, ROUNDS = 5000, 3
BODY = "Please send {child} in something red.\n\nWe are back by a quarter past eleven."

FAMILIES = """
WITH adults AS (
    INSERT INTO people_person (ref, given_name, family_name, known_as, email, phone, address_line,
        town, postcode, sort_name, tile)
    SELECT gen_random_uuid(), 'Priya', 'Sharma' || n, '', 'priya' || n || '@family.example', '', '',
        '', '', 'sharma' || n || ' priya', '' FROM generate_series(1, %(number)s) n
    RETURNING id, family_name
), children AS (
    INSERT INTO people_person (ref, given_name, family_name, known_as, email, phone, address_line,
        town, postcode, sort_name, tile, born_on)
    SELECT gen_random_uuid(), 'Anya', family_name, '', '', '', '', '', '', family_name, '',
        '2016-05-14' FROM adults
    RETURNING id, family_name
), links AS (
    INSERT INTO people_guardianship (ref, adult_id, child_id, relationship,
        parental_responsibility, may_book, may_see, may_pay, may_collect, contact_order,
        address_hidden_from_others, is_barred, barred_reason)
    SELECT gen_random_uuid(), adults.id, children.id, 'parent', 'yes', true, true, true, true, 1,
        false, false, '' FROM adults JOIN children USING (family_name)
    RETURNING adult_id, child_id
)
INSERT INTO bookings_enrolment (ref, activity_id, person_id, booked_by_id, status, queued_at,
    priority, is_extended, leave_reason)
SELECT gen_random_uuid(), %(activity)s, child_id, adult_id, 'waiting', now(), 0, false, ''
FROM links
"""

BY_HAND = (
    "INSERT INTO bookings_messagereader (message_id, person_id, about, unreached)"
    " SELECT %(message)s, booked_by_id, ARRAY[person_id], '' FROM bookings_enrolment"
    " WHERE activity_id = %(activity)s",
    "INSERT INTO core_email (dedupe_key, copy, to_person_id, to_address, subject, body_text,"
    " body_html, status, attempts, created_at, not_before, reason, unsubscribe_link, error)"
    " SELECT 'message:' || message_id || ':' || person_id, 'message-change', person_id, email, 's',"
    " repeat('t', 600), repeat('h', 4500), 'queued', 0, now(), now(), 'message:' || reader.id, '',"
    " '' FROM bookings_messagereader reader JOIN people_person person ON person.id = person_id"
    " WHERE message_id = %(message)s",
)


def written(head: User, group: Activity) -> Message:
    draft = actions.Draft("change", group, None, {"status": "waiting"}, "Saturday", BODY)
    return actions.keep_draft(ref=uuid.uuid4(), draft=draft, by=head, at=NOON)


def took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def one_round(head: User, group: Activity) -> list[float]:
    """Seconds to count, to press, to post the rest, and for the same rows by hand."""
    message = written(head, group)
    count = took(lambda: queries.readers_of(message, on=NOON.date()))
    seen = fingerprint(message)
    press = took(lambda: actions.send_message(message=message, seen=seen, by=head, at=NOON))
    rest = took(lambda: actions.post_messages(at=NOON))
    other = written(head, group)

    def by_hand() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql in BY_HAND:
                cursor.execute(sql, {"message": other.pk, "activity": group.pk})

    hand = took(by_hand)
    assert Email.objects.filter(dedupe_key__startswith=f"message:{message.pk}:").count() == READERS
    return [count, press, rest, hand]


def main() -> None:
    current_app.conf.broker_url = "memory://localhost"  # waking the worker is not what is measured
    call_command("migrate", verbosity=0)
    words = {"subject": "{subject}", "body": "Dear {first_name},\n\n{message}\n\n{signed}"}
    MailCopy.objects.get_or_create(slug="message-change", defaults=words)
    group = ActivityFactory(title="Junior Voices", capacity=None)
    head = head_of(group.centre)
    with connection.cursor() as cursor:
        cursor.execute(FAMILIES, {"number": READERS, "activity": group.pk})
        cursor.execute("ANALYZE")
    rounds = [one_round(head, group) for _ in range(ROUNDS)]
    count, press, rest, hand = (statistics.median(each) for each in zip(*rounds, strict=True))
    with CaptureQueriesContext(connection) as captured:
        message = written(head, group)
        seen = fingerprint(message)
        actions.send_message(message=message, seen=seen, by=head, at=NOON)
    print(f"counting {READERS:,} readers         {count * 1000:6.0f} ms")
    print(f"the press that sends            {press * 1000:6.0f} ms, {len(captured)} statements")
    print(f"every other letter, by the clock{rest * 1000:6.0f} ms")
    print(f"the same rows by hand           {hand * 1000:6.0f} ms")
    print(f"letters a second                {READERS / (press + rest):6.0f}")
    print(f"actions : by hand               {hand / (press + rest):6.0%}")


if __name__ == "__main__":
    main()
