"""Asking another adult to share the care of a child here."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from core.access import Scope
from core.triggers import Audited
from people.models.persons import AboutPersonQuerySet, Person


class InvitationQuerySet(AboutPersonQuerySet):
    """For whoever invited: the other parent does not learn whom."""

    about = "invited_by"

    def open(self, at: dt.datetime) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """One use, until its time: whoever opens its letter may become an adult of this child.

    What they may do was chosen by whoever invited them, and is never more than that adult may.
    Only the hash of the letter's key is kept. One letter may ask for several children: its key is
    that of a row for each.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    child = models.ForeignKey(Person, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    relationship = models.CharField(max_length=40)
    may_book = models.BooleanField(default=False)
    may_see = models.BooleanField(default=False)
    may_pay = models.BooleanField(default=False)
    may_collect = models.BooleanField(default=False)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                # One inviter's own: two who ask the same person do not learn of each other.
                fields=["child", "email", "invited_by"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_per_address",
                violation_error_message="This address has an invitation already.",
            ),
            models.UniqueConstraint(
                fields=["key_hash", "child"],
                name="invitation_one_key_per_letter",
                violation_error_message="This letter asks for this child already.",
            ),
            models.CheckConstraint(
                condition=Q(may_book=True)
                | Q(may_see=True)
                | Q(may_pay=True)
                | Q(may_collect=True),
                name="invitation_to_do_something",
                violation_error_message="Choose at least one thing they may do.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))),
                name="invitation_address_in_lower_case",
                violation_error_message="Email addresses are kept in lower case.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
                name="invitation_accepted_by_somebody",
                violation_error_message="An invitation is accepted once, by somebody.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="invitation_ends_after_it_was_made",
                violation_error_message="An invitation lasts for some time.",
            ),
        ]
        triggers: ClassVar = [Audited(sealed=["key_hash"])]

    def __str__(self) -> str:
        return f"Invitation for {self.child}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.invited_by_id}))
