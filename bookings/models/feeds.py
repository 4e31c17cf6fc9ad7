"""A person's calendar as a secret address that calendar programs read."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.access import Scope
from core.triggers import Audited
from people.models import AboutPersonQuerySet, Person


class CalendarFeed(models.Model):
    """The address is a key: whoever has it reads the calendar, until it is revoked.

    Looked up by the key's hash; the key itself is sealed, so that its owner can be shown it again.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="calendar_feeds")
    key_hash = models.CharField(max_length=64, unique=True)
    sealed_key = models.BinaryField()
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # What it said when it was last read, and since when: a program that asks "since?" is told true.
    content_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    content_since = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AboutPersonQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(revoked_at=None),
                name="calendarfeed_one_live_per_person",
                violation_error_message="This person has a calendar address already.",
            )
        ]
        triggers: ClassVar = [
            Audited(
                ignoring=["read_at", "content_hash", "content_since"],
                sealed=["sealed_key", "key_hash"],
            )
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.person}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}))
