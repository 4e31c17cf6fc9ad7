"""Photographs of those who work for us, and whose one is."""

import datetime as dt

from django.db.models import Q

from people.models import Photograph, Staff, User


def member_with_us(user: User, *, on: dt.date) -> Staff | None:
    """What this user is with us on that day; None for whoever never was, or has left."""
    stays = Q(ends_on=None) | Q(ends_on__gte=on)
    return Staff.objects.filter(stays, person_id=user.person_id).select_related("person").first()


def photograph_of(staff: Staff, *, on: dt.date) -> Photograph | None:
    """Which picture there is of them, without its bytes, and who put it up."""
    shown = Photograph.objects.shown_on(on).select_related("put_up_by")
    return shown.filter(staff=staff).first()
