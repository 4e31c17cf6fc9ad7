"""Messages from staff to the people of a group, a centre or the county."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bookings.models.activities import Activity
from centres.models import Centre
from core.access import Permission, Scope
from core.triggers import Audited
from people.models import AboutPersonQuerySet, Person, School, User


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User | AnonymousUser) -> "MessageQuerySet":
        """Those of the centres this user runs. What a family got is MessageReader's."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(
            Q(centre_id__in=user.centres_run()) | Q(activity__centre_id__in=user.centres_run())
        )


class Message(models.Model):
    """What staff wrote once, and to whom: a group, a centre, or everybody a filter finds."""

    class Kind(models.TextChoices):
        CHANGE = "change", "about their places: everybody gets it"
        NEWS = "news", "news: only those who said yes to news"

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=6, choices=Kind)
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    centre = models.ForeignKey(
        Centre, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    # What else narrowed the readers, in the words of the form: {"weekday": 6, "min_year": 4}.
    narrowed_by = models.JSONField(default=dict, blank=True)
    subject = models.CharField(max_length=120)
    body = models.TextField(max_length=5000)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="messages_written")
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    # When the last of its letters had been written: many are written some at a time.
    posted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(activity=None) | Q(centre=None),
                name="message_to_one_place",
                violation_error_message="Write to one group, one centre, or the whole county.",
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""),
                name="message_says_something",
                violation_error_message="A message has a subject and says something.",
            ),
            models.CheckConstraint(
                condition=Q(posted_at=None) | Q(sent_at__isnull=False),
                name="message_posted_once_sent",
                violation_error_message="Letters are written of a message that was sent.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-written_at"], name="message_by_age"),
            models.Index(
                fields=["sent_at"],
                condition=Q(sent_at__isnull=False, posted_at=None),
                name="message_still_to_post",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.subject

    @property
    def scope(self) -> Scope:
        centre_id = self.activity.centre_id if self.activity else self.centre_id
        return Scope(centre_id=centre_id)

    @property
    def place(self) -> Centre | School | None:
        """Where it comes from; None for the whole county."""
        return self.activity.place if self.activity else self.centre

    @property
    def of_centre(self) -> Centre | None:
        return self.activity.centre if self.activity else self.centre


class MessageReader(models.Model):
    """One person a message is for, once, whatever number of their children it is about."""

    class Unreached(models.TextChoices):
        NO_ADDRESS = "no_address", "has no email address"
        NO_NEWS = "no_news", "has not said yes to news"

    message = models.ForeignKey(Message, models.PROTECT, related_name="readers", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="messages", db_index=False)
    # The children, or the reader themselves, that it is about.
    about = ArrayField(models.BigIntegerField(), default=list, blank=True)
    unreached = models.CharField(max_length=10, choices=Unreached, blank=True)

    objects = AboutPersonQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message", "person"],
                name="messagereader_once_each",
                violation_error_message="This person has this message already.",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="messagereader_newest_first")
        ]

    def __str__(self) -> str:
        return f"{self.message} to {self.person}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}))
