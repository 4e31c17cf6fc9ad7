"""Photographs of those who work for us: put up, taken away, and gone with whoever leaves."""

import datetime as dt
import uuid

from django.utils import timezone

from core.actions import action
from core.pictures import Square
from people import rules
from people.models import Photograph, Staff, User


@action
def put_up_photograph(*, staff: Staff, picture: Square, by: User, at: dt.datetime) -> Photograph:
    """Whoever may see them sees this picture from now, and no earlier one at any address."""
    staff = Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)
    rules.check_stays(str(staff), ends_on=staff.ends_on, on=timezone.localdate(at))
    put_up, _ = Photograph.objects.update_or_create(
        staff=staff,
        defaults={
            "ref": uuid.uuid4(),
            "picture": picture.jpeg,
            "put_up_at": at,
            "put_up_by": by.person,
        },
    )
    return put_up


@action
def take_down_photograph(*, staff: Staff, by: User, at: dt.datetime) -> bool:
    """No picture of them is kept. Whether there was one."""
    taken_down, _ = Photograph.objects.filter(staff=staff).delete()
    return bool(taken_down)


@action
def forget_photographs_of_leavers(*, at: dt.datetime, by: User | None = None) -> int:
    """No picture is kept of anybody whose last day with us is over."""
    left = Photograph.objects.filter(staff__ends_on__lt=timezone.localdate(at))
    forgotten, _ = left.delete()
    return forgotten
