"""Children, and the adults who look after them: a family is what one sees through these tables."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from core.access import Scope
from core.triggers import Audited
from people.models.persons import AboutPersonQuerySet, Person, User
from people.models.schools import School


class Learner(models.Model):
    """What teaching somebody needs to know; a person becomes a learner when they first learn."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="learner")
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="learners"
    )
    # A school that is not in our list, or "taught at home": as the family wrote it.
    school_in_words = models.CharField(max_length=200, blank=True)
    # Only when it differs from what the date of birth says: a child taught out of year.
    set_year_group = models.SmallIntegerField(null=True, blank=True)
    instrument_notes = models.CharField(max_length=500, blank=True)

    objects = AboutPersonQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(set_year_group=None) | Q(set_year_group__range=(-1, 13)),
                name="learner_year_group_exists",
                violation_error_message="School years go from nursery to year 13.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}))


class CareQuerySet(models.QuerySet["LearnerCare"]):
    def visible_to(self, user: User | AnonymousUser) -> "CareQuerySet":
        """Their own, and that of the children they may see. Running the county opens none."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        guardian = Q(
            learner__person__guardians__adult_id=user.person_id,
            learner__person__guardians__may_see=True,
        )
        return self.filter(Q(learner_id=user.person_id) | guardian).distinct()


class AboutChildQuerySet(AboutPersonQuerySet):
    about = "child"


class LearnerCare(models.Model):
    """What helps, what is medical and whom to ring: sealed, in a table of its own.

    No list can leak it, because no list joins it. `people.care.reveal` is the only way to read it.
    """

    learner = models.OneToOneField(Learner, models.PROTECT, primary_key=True, related_name="care")
    what_helps = models.BinaryField(default=b"")
    medical = models.BinaryField(default=b"")
    emergency_contacts = models.BinaryField(default=b"")
    updated_at = models.DateTimeField()

    objects = CareQuerySet.as_manager()

    class Meta:
        triggers: ClassVar = [Audited(sealed=["what_helps", "medical", "emergency_contacts"])]

    def __str__(self) -> str:
        return f"Care of {self.learner_id}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.learner_id}))


class Guardianship(models.Model):
    """One adult's standing towards one child: what they may do, see, pay and collect."""

    class Responsibility(models.TextChoices):
        YES = "yes", "has parental responsibility"
        NO = "no", "has no parental responsibility"
        UNKNOWN = "unknown", "not known"

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    adult = models.ForeignKey(Person, models.PROTECT, related_name="wards")
    child = models.ForeignKey(Person, models.PROTECT, related_name="guardians")
    relationship = models.CharField(max_length=40, default="parent")
    parental_responsibility = models.CharField(
        max_length=8, choices=Responsibility, default=Responsibility.UNKNOWN
    )
    may_book = models.BooleanField(default=False)
    may_see = models.BooleanField(default=False)
    may_pay = models.BooleanField(default=False)
    may_collect = models.BooleanField(default=False)
    contact_order = models.PositiveSmallIntegerField(default=1)
    address_hidden_from_others = models.BooleanField(default=False)
    is_barred = models.BooleanField(default=False)
    barred_reason = models.CharField(max_length=200, blank=True)
    order_seen_on = models.DateField(null=True, blank=True)

    objects = AboutChildQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["child", "adult"],
                name="guardianship_once_for_two_people",
                violation_error_message="This adult is linked to this child already.",
            ),
            models.CheckConstraint(
                condition=~Q(adult=F("child")),
                name="guardianship_of_somebody_else",
                violation_error_message="Nobody is their own guardian.",
            ),
            models.CheckConstraint(
                condition=Q(is_barred=False)
                | Q(may_book=False, may_see=False, may_pay=False, may_collect=False),
                name="guardianship_barred_may_nothing",
                violation_error_message="An adult who is barred may not book, see, pay or collect.",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.adult}, {self.relationship} of {self.child}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.child_id}))

    @property
    def may_anything(self) -> bool:
        return self.may_book or self.may_see or self.may_pay or self.may_collect
