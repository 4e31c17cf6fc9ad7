"""A photograph of somebody who works for the service, which they need not have."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Length, Substr
from django.db.models.lookups import Exact, LessThanOrEqual

from core.access import Scope
from core.triggers import Audited
from people.models.persons import Person
from people.models.staff import OfStaffQuerySet, Staff

MOST_BYTES = 200_000
_A_JPEG_BEGINS = b"\xff\xd8\xff"


class PhotographQuerySet(OfStaffQuerySet):
    def shown_on(self, day: dt.date) -> "PhotographQuerySet":
        """Without those who have left by that day; and never the pictures with their rows."""
        stays = Q(staff__ends_on=None) | Q(staff__ends_on__gte=day)
        return self.filter(stays).defer("picture")


class Photograph(models.Model):
    """One picture of one member of staff, as we drew it; `ref` is new with each picture."""

    # It shows them and says nothing else: it goes with the row of whom it shows.
    staff = models.OneToOneField(Staff, models.CASCADE, primary_key=True, related_name="photograph")
    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    picture = models.BinaryField()
    put_up_at = models.DateTimeField()
    put_up_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = PhotographQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    Exact(
                        Substr("picture", 1, 3, output_field=models.BinaryField()),
                        Value(_A_JPEG_BEGINS, models.BinaryField()),
                    )
                )
                & Q(LessThanOrEqual(Length("picture"), MOST_BYTES)),
                name="photograph_is_a_small_jpeg",
                violation_error_message="A photograph is kept as a small JPEG.",
            )
        ]
        triggers: ClassVar = [Audited(sealed=["picture"])]

    def __str__(self) -> str:
        return f"Photograph of {self.staff}"

    @property
    def scope(self) -> Scope:
        return self.staff.scope
