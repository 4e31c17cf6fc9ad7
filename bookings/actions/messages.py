"""Messages from staff: a draft is kept, tried on oneself, sent once, and posted some at a time."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bookings.models import Activity, Message, MessageReader
from bookings.queries import messages as queries
from bookings.rules import messages as rules
from centres.models import Centre
from core import mail
from core.actions import action
from people import news
from people.models import User
from people.queries import Told

# As many letters as are written within the press that sends them; the clock writes the rest.
AT_ONCE = 200
_COPIES = {Message.Kind.CHANGE: "message-change", Message.Kind.NEWS: "message-news"}


@dataclass(frozen=True)
class Draft:
    """What was written, and to whom."""

    kind: str
    activity: Activity | None
    centre: Centre | None
    narrowed_by: Mapping[str, str | int]
    subject: str
    body: str


@action
def keep_draft(*, ref: uuid.UUID, draft: Draft, by: User, at: dt.datetime) -> Message:
    """The draft of this address says this, signed by whoever wrote last; pressed twice, once."""
    said = {
        "kind": draft.kind,
        "activity": draft.activity,
        "centre": draft.centre,
        "narrowed_by": dict(draft.narrowed_by),
        "subject": draft.subject,
        "body": draft.body,
        "written_by": by.person,
        "written_at": at,
    }
    Message.objects.bulk_create([Message(ref=ref, **said)], ignore_conflicts=True)
    message = Message.objects.select_for_update(no_key=True).get(ref=ref)
    rules.check_unsent(message)
    for name, value in said.items():
        setattr(message, name, value)
    message.save(update_fields=list(said))
    return message


@action
def send_test(*, message: Message, by: User, at: dt.datetime) -> None:
    """Whoever writes has the message as one family would; the same words come once."""
    example = next(iter(queries.readers_of(message, on=timezone.localdate(at)).told), None)
    names = [child.first_name for child in example.about] if example else []
    reader = Told(by.person, example.about if example else [])
    mail.queue_many(
        [
            mail.Letter(
                copy=_COPIES[Message.Kind(message.kind)],
                to_address=by.email,
                to_person_id=by.person_id,
                context=_context(message, reader, names, test="Only you got this: "),
                key=f"message-test:{message.pk}:{by.person_id}:{rules.fingerprint(message)}",
                link=_stop_link(reader, message),
            )
        ],
        at=at,
    )


@action
def send_message(*, message: Message, seen: str, by: User, at: dt.datetime) -> Message:
    """Everybody it is for is written down and told, once, whoever presses how often.

    `seen`: the fingerprint of the message that the press was about.
    """
    message = _locked(message)
    if message.sent_at:
        return message
    rules.check_seen(message, seen)
    readers = queries.readers_of(message, on=timezone.localdate(at))
    rules.check_somebody(len(readers.for_kind(message.kind)))
    message.sent_at = at
    message.save(update_fields=["sent_at"])
    _write_readers(message, readers)
    post_some(message=message, by=by, at=at)
    return message


def post_messages(*, at: dt.datetime) -> int:
    """Every letter of every message that was sent has been written. Return how many now were."""
    posted = 0
    for message in Message.objects.filter(sent_at__isnull=False, posted_at=None).order_by("pk"):
        while some := post_some(message=message, by=None, at=at):
            posted += some
    return posted


@action
def post_some(*, message: Message, by: User | None, at: dt.datetime) -> int:
    """Some more letters of the message have been written: how many. Two at work write none twice.

    The last batch, which is not full, says that all are.
    """
    held = Message.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    mine = held.select_related(
        "activity__centre", "activity__school", "centre", "written_by"
    ).filter(pk=message.pk, posted_at=None)
    for message in mine:
        readers = queries.still_to_post(message, limit=AT_ONCE)
        names = queries.first_names(key for reader in readers for key in reader.about)
        mail.queue_many(
            [_letter(message, reader, names) for reader in readers if reader.person.email], at=at
        )
        _mark_unreachable([reader for reader in readers if not reader.person.email])
        if len(readers) < AT_ONCE:
            message.posted_at = at
            message.save(update_fields=["posted_at"])
        return len(readers)
    return 0


def _locked(message: Message) -> Message:
    rows = Message.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("activity__centre", "centre", "written_by").get(pk=message.pk)


def _write_readers(message: Message, readers: queries.Readers) -> None:
    """Everybody in one statement and one parameter: thousands of them take a second to bind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bookings_messagereader (message_id, person_id, about, unreached)"
            " SELECT %s, (reader ->> 'person')::bigint, ARRAY("
            "  SELECT about::bigint FROM jsonb_array_elements_text(reader -> 'about') about"
            " ), reader ->> 'unreached' FROM jsonb_array_elements(%s::jsonb) reader",
            [message.pk, json.dumps(_rows(message, readers))],
        )


def _rows(message: Message, readers: queries.Readers) -> list[dict[str, object]]:
    why = dict.fromkeys(
        (each.adult.pk for each in readers.no_address), MessageReader.Unreached.NO_ADDRESS
    )
    if message.kind == Message.Kind.NEWS:
        wanted = {each.adult.pk for each in readers.for_kind(message.kind)}
        why |= {
            each.adult.pk: MessageReader.Unreached.NO_NEWS
            for each in readers.told
            if each.adult.pk not in wanted
        }
    return [
        {
            "person": each.adult.pk,
            "about": [person.pk for person in each.about],
            "unreached": why.get(each.adult.pk, ""),
        }
        for each in [*readers.told, *readers.no_address]
    ]


def _mark_unreachable(readers: Sequence[MessageReader]) -> None:
    """Whose address was taken out between the press and the letter."""
    if readers:
        MessageReader.objects.filter(pk__in=[reader.pk for reader in readers]).update(
            unreached=MessageReader.Unreached.NO_ADDRESS
        )


def _letter(message: Message, reader: MessageReader, names: Mapping[int, str]) -> mail.Letter:
    told = Told(reader.person)
    called = [names[key] for key in reader.about if key in names]
    is_news = message.kind == Message.Kind.NEWS
    link = _stop_link(told, message)
    return mail.Letter(
        copy=_COPIES[Message.Kind(message.kind)],
        to_address=reader.person.email,
        to_person_id=reader.person_id,
        context=_context(message, told, called, is_self=reader.about == [reader.person_id]),
        key=queries.letter_key(message, reader.person_id),
        link=link,
        reason=f"message:{reader.pk}",
        unsubscribe_link=settings.SITE_URL + link if is_news else "",
    )


def _context(
    message: Message, reader: Told, names: Sequence[str], *, is_self: bool = False, test: str = ""
) -> dict[str, str]:
    spoken = rules.spoken(
        message,
        to=reader.adult.first_name,
        names=names,
        is_self=is_self,
        place=str(message.place or settings.SERVICE_NAME),
    )
    return {
        "subject": test + spoken.subject,
        "first_name": reader.adult.first_name,
        "message": "\n\n".join(spoken.paragraphs),
        "signed": spoken.signed,
        "because": spoken.because,
    }


def _stop_link(reader: Told, message: Message) -> str:
    """The path at which this reader stops news; a change has none."""
    return news.stop_path(reader.adult) if message.kind == Message.Kind.NEWS else ""
