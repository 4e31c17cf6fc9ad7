"""The outbox: a letter is a row in the transaction that causes it, and is sent once that commits.

The row is the truth. The broker only carries "wake up": it may lose everything, and the sweep of
each minute (core.tasks) still finds every letter.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

import structlog
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core import letters
from core.models import Email, MailCopy
from core.recall import recall

log = structlog.get_logger(__name__)

T = TypeVar("T")
Check = Callable[[str, datetime], bool]

_LONGEST_KEY = 200
_BATCH = 500
_CHECKS: dict[str, Check] = {}


@dataclass(frozen=True)
class Letter:
    """A letter to write. `link`: an address, or a path of this portal. `reason`: what may lapse."""

    copy: str
    to_address: str
    to_person_id: int | None
    context: Mapping[str, str]
    key: str
    link: str = ""
    not_before: datetime | None = None
    reason: str = ""
    # Where its reader may say "no more of these": for news alone.
    unsubscribe_link: str = ""


def queue(
    copy: str,
    *,
    to_address: str,
    to_person_id: int | None,
    context: Mapping[str, str],
    key: str,
    at: datetime,
    link: str = "",
    not_before: datetime | None = None,
    reason: str = "",
) -> None:
    """Write a letter once for its key; a second call with that key changes nothing.

    `link` is an address, or a path of this portal. `reason` names what may lapse: see withdraw.
    """
    letter = Letter(copy, to_address, to_person_id, context, key, link, not_before, reason)
    queue_many([letter], at=at)


def queue_many(wanted: Iterable[Letter], *, at: datetime) -> int:
    """Write each of these once for its key, many in a statement. Return how many were asked."""
    asked = 0
    for batch in _batches(wanted):
        Email.objects.bulk_create([_row(letter, at) for letter in batch], ignore_conflicts=True)
        asked += len(batch)
        if any(letter.not_before is None or letter.not_before <= at for letter in batch):
            _wake_on_commit()
    return asked


def still_true(prefix: str) -> Callable[[Check], Check]:
    """Letters whose reason starts with `prefix:` are asked about once more as they are sent.

    The function has the reason and the moment, and says whether the letter may go.
    """

    def register(check: Check) -> Check:
        _CHECKS[prefix] = check
        return check

    return register


def is_still_true(reason: str, *, at: datetime) -> bool:
    """What nobody checks stays true."""
    check = _CHECKS.get(reason.partition(":")[0])
    return check is None or check(reason, at)


def withdraw(reason: str) -> None:
    """Cancel the letters of this reason that have not gone: what they say is no longer true."""
    waiting = Email.objects.filter(reason=reason, status=Email.Status.QUEUED)
    waiting.update(status=Email.Status.CANCELLED)


def wake() -> None:
    """Tell the worker that letters wait. A broker that is down costs a log line, not a request."""
    try:
        current_app.send_task("core.tasks.deliver_mail", retry=False)
    except Exception as error:  # whatever the broker's client raises: the sweep will come
        log.warning("mail.worker_not_woken", error=str(error))


def _wake_on_commit() -> None:
    """Once per transaction, however many letters it writes."""
    if not any(wake in entry for entry in connection.run_on_commit):
        transaction.on_commit(wake)


def _batches(wanted: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(wanted)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _row(wanted: Letter, at: datetime) -> Email:
    letter = _compose(wanted.copy, wanted.context, wanted.link)
    return Email(
        dedupe_key=_key(wanted.key),
        copy=wanted.copy,
        to_person_id=wanted.to_person_id,
        to_address=wanted.to_address,
        subject=letter.subject,
        body_text=_render("txt", letter, wanted.context),
        body_html=_render("html", letter, wanted.context),
        created_at=at,
        not_before=wanted.not_before or at,
        reason=wanted.reason,
        unsubscribe_link=wanted.unsubscribe_link,
    )


def _compose(copy: str, context: Mapping[str, str], link: str) -> letters.Letter:
    copies = MailCopy.objects.filter(slug=copy).values_list("subject", "body")
    words = recall(("mail copy", copy), copies.first)
    if words is None:
        raise LookupError(f"There are no words for the letter {copy!r}. Load the county's first.")
    subject, body = words
    if link.startswith("/"):
        link = settings.SITE_URL + link
    said = {**_service(), **context}
    if link:
        said["link"] = link
    missing = letters.missing_words(subject + body, said)
    if missing:
        # A family's booking does not fail because a word was edited badly; a test does.
        if settings.MAIL_REFUSES_GAPS:
            raise letters.MissingWord(f"{copy} needs {', '.join(missing)}")
        log.error("mail.words_missing", copy=copy, missing=missing)
    return letters.compose(subject, body, said=said, link=link)


def _render(kind: str, letter: letters.Letter, context: Mapping[str, str]) -> str:
    # Plain text is not escaped: an apostrophe in a name stays one.
    text = SafeString if kind == "txt" else str
    paragraphs = letter.paragraphs
    if kind == "txt":  # whose frame signs with the service's name, as the words do
        paragraphs = tuple(p for p in letter.text_paragraphs if p != settings.SERVICE_NAME)
    words: dict[str, object] = {
        "subject": text(letter.subject),
        "paragraphs": [text(paragraph) for paragraph in paragraphs],
        "link": text(letter.link),
        "link_label": text(letter.link_label),
        "deadline": text(context.get("answer_by", "")),
        "reason_footer": text(
            f"We sent this because this address is used with {settings.SERVICE_NAME}. "
            "We never ask for a password or a card number by email."
        ),
    }
    words |= {name: text(value) for name, value in _service().items()}
    return render_to_string(f"core/email/frame.{kind}", words)


def _service() -> dict[str, str]:
    return {
        "service_name": settings.SERVICE_NAME,
        "service_phone": settings.SERVICE_PHONE,
        "service_email": settings.SERVICE_EMAIL,
    }


def _key(key: str) -> str:
    """The key as it is, or its digest where it would not fit."""
    return key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()
