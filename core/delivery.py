"""Letters leave: each is claimed, sent outside any transaction, and marked with what became of it.

One letter is claimed at a time, so a worker that dies leaves one letter in doubt and not a batch.
SMTP cannot be exactly-once: between the server's "accepted" and our mark there is a moment in which
a crash leaves nobody sure. Such a letter becomes UNKNOWN and says so. Only kinds named in
MAIL_REPEATED_IF_UNSURE, where silence is worse than a repeat, go once more, under the same
Message-ID, by which mail programs know a repeat. docs/adr/0015-mail-as-rows.md
"""

import hashlib
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from core import mail
from core.models import Email

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
Status = Email.Status

# How long after each failure the next try comes; after the last, the letter has failed.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480)]
# A claim older than this belongs to a worker that died: longer than any task may run.
CLAIM_LASTS = timedelta(minutes=5)
# One run of the task stops in time for its hard limit; the next minute's sweep goes on.
RUN_LASTS = timedelta(seconds=120)
_REFUSED_FOR_GOOD = 500


@dataclass(frozen=True)
class Fate:
    """What became of one try."""

    status: Email.Status
    error: str = ""
    again_in: timedelta | None = None


def deliver(*, clock: Clock) -> int:
    """Send what waits, until nothing does or the run has lasted long enough; how many went."""
    began, sent = clock(), 0
    line = get_connection()
    try:
        # While the server is away nothing is claimed, so that no try is used up.
        while clock() - began < RUN_LASTS and _is_open(line) and (letter := claim(at=clock())):
            fate = _fate(letter, line, at=clock())
            mark(letter, fate, at=clock())
            sent += fate.status == Status.SENT
    finally:
        line.close()
    return sent


def sweep(*, clock: Clock) -> int:
    """Letters of workers that died are settled, then whatever was missed goes."""
    settle_abandoned(at=clock())
    return deliver(clock=clock)


def claim(*, at: datetime) -> Email | None:
    """Take the letter that has waited longest. Two workers never get the same one."""
    mine = Email.objects.raw(
        """
        UPDATE core_email SET status = 'sending', claimed_at = %s, attempts = attempts + 1
        WHERE id = (
            SELECT id FROM core_email WHERE status = 'queued' AND not_before <= %s
            ORDER BY not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED
        ) RETURNING *
        """,
        [at, at],
    )
    return next(iter(mine), None)


def mark(letter: Email, fate: Fate, *, at: datetime) -> None:
    """Write down what became of the letter, unless its claim has passed to another worker.

    A letter that took so long that it was thought abandoned is still sent if it was sent.
    """
    ours = Email.objects.filter(pk=letter.pk, claimed_at=letter.claimed_at)
    if fate.status != Status.SENT:
        ours = ours.filter(status=Status.SENDING)
    ours.update(
        status=fate.status,
        error=fate.error,
        sent_at=at if fate.status == Status.SENT else None,
        not_before=at + fate.again_in if fate.again_in else letter.not_before,
    )


def settle_abandoned(*, at: datetime) -> int:
    """Letters claimed by a worker that is gone: nobody knows whether they went, and they say so."""
    abandoned = Email.objects.filter(status=Status.SENDING, claimed_at__lt=at - CLAIM_LASTS)
    again = abandoned.filter(copy__in=settings.MAIL_REPEATED_IF_UNSURE, attempts=1).update(
        status=Status.QUEUED, error="It is not known whether the first try arrived. Sent again."
    )
    unknown = abandoned.update(
        status=Status.UNKNOWN, error="The worker ended before it could say whether this went."
    )
    if again or unknown:
        log.error("mail.abandoned", unknown=unknown, again=again)
    return again + unknown


def message_id(letter: Email) -> str:
    """The same for every try of one letter, so that a repeat can be known as one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(letter.dedupe_key.encode()).hexdigest()[:40]}@{domain}>"


def _is_open(line: BaseEmailBackend) -> bool:
    """There is a line to the mail server: the one of the letter before, or a new one."""
    try:
        line.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail.server_away", error=type(error).__name__)
        return False
    return True


def _fate(letter: Email, line: BaseEmailBackend, *, at: datetime) -> Fate:
    """A letter whose reason no longer holds is not sent: asked at the last moment."""
    if not mail.is_still_true(letter.reason, at=at):
        return Fate(Status.CANCELLED, "No longer true when it was to be sent.")
    return _try(letter, line)


def _try(letter: Email, line: BaseEmailBackend) -> Fate:
    message = EmailMultiAlternatives(
        letter.subject,
        letter.body_text,
        to=[letter.to_address],
        connection=line,
        headers={
            "Message-ID": message_id(letter),
            "Auto-Submitted": "auto-generated",
            **_way_out(letter),
        },
    )
    message.attach_alternative(letter.body_html, "text/html")
    try:
        message.send()
    except ValueError as error:  # an address or a subject that no mail can carry
        return Fate(Status.FAILED, str(error))
    except (OSError, smtplib.SMTPException) as error:
        fate = _fate_after(error, letter, line)
        line.close()
        return fate
    return Fate(Status.SENT)


def _way_out(letter: Email) -> dict[str, str]:
    """News can be stopped by one press in the reader's own mail program (RFC 8058)."""
    if not letter.unsubscribe_link:
        return {}
    return {
        "List-Unsubscribe": f"<{letter.unsubscribe_link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _fate_after(error: Exception, letter: Email, line: BaseEmailBackend) -> Fate:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused(letter, *next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(letter, error.smtp_code, error.smtp_error)
    return _broken_off(letter, line, error)


def _refused(letter: Email, code: int, words: bytes | str) -> Fate:
    """The server said no: for good, or for now."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    error = f"{code} {said}"[:1000]
    if code >= _REFUSED_FOR_GOOD:
        return Fate(Status.FAILED, error)
    return _later(letter, error)


def _broken_off(letter: Email, line: BaseEmailBackend, error: Exception) -> Fate:
    """The line went dead: after the text was handed over, nobody knows whether it was taken."""
    words = f"{type(error).__name__} {error}"[:1000]
    if not getattr(line, "may_have_gone", True):
        return _later(letter, words)
    if letter.copy in settings.MAIL_REPEATED_IF_UNSURE and letter.attempts == 1:
        return _later(letter, words)
    return Fate(Status.UNKNOWN, words)


def _later(letter: Email, error: str) -> Fate:
    if letter.attempts > len(BACK_OFF):
        return Fate(Status.FAILED, error)
    return Fate(Status.QUEUED, error, BACK_OFF[letter.attempts - 1])
