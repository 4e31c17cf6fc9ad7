"""The receipt of an absence told ahead: to whoever told us, once."""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from bookings.models import AbsenceNotice, Attendance
from bookings.rules.absences import Days
from core import mail

MOST_NAMED = 3


def reason_of(notice: AbsenceNotice) -> str:
    """What the receipt hangs on: taken back before it went, it does not go."""
    return f"absence:{notice.pk}"


def absence_received(
    notice: AbsenceNotice, missed: Sequence[Attendance], *, fee_effect: str, at: dt.datetime
) -> None:
    reader = notice.told_by
    if not reader.email:
        return
    mail.queue(
        "absence-received",
        to_address=reader.email,
        to_person_id=reader.pk,
        context={
            "first_name": reader.first_name,
            "child": notice.person.first_name,
            "activity": _all_of([line.session.activity.title for line in missed]),
            "date": Days(notice.starts_on, notice.ends_on).in_a_sentence,
            "fee_effect": fee_effect,
        },
        link=reverse("bookings:withdraw_absence", kwargs={"ref": notice.ref}),
        key=f"absence-received:{notice.pk}",
        at=at,
        reason=reason_of(notice),
    )


def _all_of(titles: Sequence[str]) -> str:
    """Choir; Choir and Guitar club; Choir and four more: each once."""
    once = list(dict.fromkeys(titles))
    if len(once) > MOST_NAMED:
        return f"{once[0]} and {len(once) - 1} other groups and lessons"
    return " and ".join([", ".join(once[:-1]), once[-1]] if len(once) > 1 else once)
