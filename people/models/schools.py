"""Schools as the national register knows them, and whom we speak to there."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from core.access import Permission, Scope
from core.triggers import Audited
from people.models.persons import Person, User


class School(models.Model):
    """A school by its URN. Closed schools are kept and marked."""

    class Status(models.TextChoices):
        OPEN = "open", "open"
        CLOSING = "closing", "open, but proposed to close"
        CLOSED = "closed", "closed"
        PROPOSED = "proposed", "proposed to open"

    urn = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200, editable=False)
    phase = models.CharField(max_length=40)
    kind = models.CharField(max_length=80, blank=True)
    low_age = models.PositiveSmallIntegerField(null=True, blank=True)
    high_age = models.PositiveSmallIntegerField(null=True, blank=True)
    address_line = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    easting = models.PositiveIntegerField(null=True, blank=True)
    northing = models.PositiveIntegerField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    percentage_fsm = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    website = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    closed_on = models.DateField(null=True, blank=True)
    # Invented, for a demonstration: invented children may belong to no other.
    is_invented = models.BooleanField(default=False)
    # Orders are agreed by the head or by finance, not by whoever writes them.
    wants_approval = models.BooleanField(default=True, db_default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["sort_name", "id"], name="school_by_name"),
            models.Index(fields=["town"], name="school_by_town"),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        return Scope(school_id=self.pk)


class OfOwnSchoolQuerySet(models.QuerySet[Any]):
    """Rows about who speaks for a school: for those who do, and for the county's office."""

    person = "person"

    def visible_to(self, user: User | AnonymousUser) -> "OfOwnSchoolQuerySet":
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        own = Q(**{f"{self.person}_id": user.person_id})
        return self.filter(own | Q(school_id__in=user.schools_served()))

    def current(self) -> "OfOwnSchoolQuerySet":
        return self.filter(ended_at=None)


class SchoolContact(models.Model):
    """Somebody at a school, in the part they play for us."""

    class Role(models.TextChoices):
        HEAD = "head", "headteacher"
        MUSIC_LEAD = "music_lead", "music lead"
        FINANCE = "finance", "finance"
        DSL = "dsl", "designated safeguarding lead"

    school = models.ForeignKey(School, models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="school_contacts")
    role = models.CharField(max_length=12, choices=Role)
    since = models.DateTimeField(null=True, blank=True)
    # Whoever leaves sees nothing of the school from that moment; who comes back has the same row.
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OfOwnSchoolQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "person", "role"],
                name="schoolcontact_once_in_a_role",
                violation_error_message="This person has this role at this school already.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}), school_id=self.school_id)


class SchoolClaim(models.Model):
    """Somebody says that they speak for a school; staff say whether that is so."""

    class Status(models.TextChoices):
        ASKED = "asked", "waiting for us"
        APPROVED = "approved", "approved"
        REFUSED = "refused", "refused"
        WITHDRAWN = "withdrawn", "withdrawn"

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="claims")
    person = models.ForeignKey(Person, models.PROTECT, related_name="school_claims")
    roles = ArrayField(models.CharField(max_length=12, choices=SchoolContact.Role))
    job_title = models.CharField(max_length=80)
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    objects = OfOwnSchoolQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "person"],
                condition=Q(status="asked"),
                name="schoolclaim_one_open_each",
                violation_error_message="You have asked for this school already. We will write.",
            ),
            models.CheckConstraint(
                condition=Q(roles__len__gt=0),
                name="schoolclaim_in_some_part",
                violation_error_message="Say what you do at the school.",
            ),
            models.CheckConstraint(
                condition=Q(status="asked", decided_at=None)
                | ~Q(status="asked") & Q(decided_at__isnull=False),
                name="schoolclaim_decided_at_a_moment",
                violation_error_message="What is decided says when.",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(reason=""),
                name="schoolclaim_refused_for_a_reason",
                violation_error_message="Say why this is refused: they read it.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"], condition=Q(status="asked"), name="schoolclaim_waiting"
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.person} for {self.school}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}), school_id=self.school_id)


class SchoolInvitationQuerySet(OfOwnSchoolQuerySet):
    person = "invited_by"

    def open(self, at: dt.datetime) -> "SchoolInvitationQuerySet":
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at)


class SchoolInvitation(models.Model):
    """One use, until its time: whoever opens its letter speaks for this school, in these parts."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    roles = ArrayField(models.CharField(max_length=12, choices=SchoolContact.Role))
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SchoolInvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="schoolinvitation_one_open_per_address",
                violation_error_message="This address has an invitation already.",
            ),
            models.CheckConstraint(
                condition=Q(roles__len__gt=0),
                name="schoolinvitation_in_some_part",
                violation_error_message="Say what they do at the school.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))),
                name="schoolinvitation_address_in_lower_case",
                violation_error_message="Email addresses are kept in lower case.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
                name="schoolinvitation_accepted_by_somebody",
                violation_error_message="An invitation is accepted once, by somebody.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="schoolinvitation_ends_after_it_was_made",
                violation_error_message="An invitation lasts for some time.",
            ),
        ]
        triggers: ClassVar = [Audited(sealed=["key_hash"])]

    def __str__(self) -> str:
        return f"Invitation to {self.school}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.invited_by_id}), school_id=self.school_id)
