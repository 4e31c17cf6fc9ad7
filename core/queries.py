"""What the portal asks of its own records: a text in force, the outbox, the jobs."""

from datetime import date, datetime, timedelta

from django.db.models import F, Min, Q

from core.models import Email, Heartbeat, Wording
from core.recall import recall

_GRACE = timedelta(minutes=1)
# The row by which a check of readiness proves that the database can be written.
READY = "ready"


def wording(slug: str, on: date) -> Wording | None:
    """The text of this name in force on a day."""
    texts = Wording.objects.filter(Q(to_on=None) | Q(to_on__gte=on), slug=slug, from_on__lte=on)
    return recall(("wording", slug, on), texts.order_by("-version", "-pk").first)


def outbox_age(at: datetime) -> timedelta:
    """How long the oldest letter that could have gone has waited."""
    waiting = Email.objects.filter(
        status__in=[Email.Status.QUEUED, Email.Status.SENDING], not_before__lte=at
    )
    oldest = waiting.aggregate(oldest=Min("not_before"))["oldest"]
    return at - oldest if oldest else timedelta(0)


def late_jobs(at: datetime) -> list[str]:
    """Jobs that have missed two of their turns, by name."""
    on_time = F("last_ok_at") + F("expected_every") + F("expected_every")
    late = Heartbeat.objects.annotate(on_time=on_time).filter(on_time__lt=at - _GRACE)
    return list(late.order_by("job").values_list("job", flat=True))


def jobs_ever_ran() -> bool:
    """False on a portal whose worker or clock has not started yet."""
    return Heartbeat.objects.exclude(job=READY).exists()
