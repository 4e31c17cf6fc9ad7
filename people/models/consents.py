"""What a family agreed to, in which words. Only ever added; the latest answer counts."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from core.access import Scope
from core.triggers import AppendOnly, Audited
from people.models.persons import AboutPersonQuerySet, Person


class WordsStand(pgtrigger.Trigger):
    """What a family said yes to stays as it was read; other words are another version."""

    when = pgtrigger.Before
    operation = pgtrigger.Update
    condition = pgtrigger.AnyChange("kind", "audience", "version", "title", "wording")
    sentences: ClassVar = {
        "consentwording_words_stand": (
            "These words stand as families have read them. Add the next version instead."
        )
    }
    func = """
        RAISE EXCEPTION 'the words of a consent stand'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'consentwording_words_stand';
    """


class ConsentWording(models.Model):
    """The words of one question, in force from a day."""

    class Kind(models.TextChoices):
        PHOTO = "photo", "photographs"
        VIDEO = "video", "video"
        TRIP = "trip", "trips"
        MEDICAL = "medical", "first aid"
        DATA_SHARE = "data_share", "sharing with schools"
        MARKETING = "marketing", "news"

    kind = models.CharField(max_length=12, choices=Kind)
    version = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=10)
    title = models.CharField(max_length=100)
    wording = models.TextField()
    why = models.TextField(blank=True)
    withdraw = models.TextField(blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "audience", "version"],
                name="consentwording_one_text_per_version",
                violation_error_message="This version exists already. Add the next one.",
            )
        ]
        triggers: ClassVar = [
            Audited(),
            WordsStand(name="words_stand"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class Consent(models.Model):
    """One answer to one question, and who gave it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    wording = models.ForeignKey(ConsentWording, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ConsentWording.Kind)
    is_given = models.BooleanField()
    by_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AboutPersonQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "kind", "-id"], name="consent_latest_of_a_kind")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["photo", "video", "trip", "medical", "data_share", "marketing"]
                ),
                name="consent_of_a_known_kind",
                violation_error_message="This is not something we ask consent for.",
            )
        ]
        triggers: ClassVar = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {'yes' if self.is_given else 'no'}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}))
