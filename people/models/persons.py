"""Persons, and the users who sign in as them."""

import unicodedata
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from core.access import Permission, Scope
from core.triggers import Audited

if TYPE_CHECKING:
    from people.models.schools import SchoolContact
    from people.models.staff import RoleHeld


LONGEST_SORT_NAME = 420
# What being in charge of the system never opens: what is sealed, and saying yes for a school.
NOT_BY_OFFICE = frozenset({Permission.SEE_CARE, Permission.RING_HOME, Permission.AGREE_ORDER})


def sort_name_of(given_name: str, family_name: str) -> str:
    """Family name first, casefolded and without accents, so that every server sorts alike.

    One sign may become many, as the Arabic ligatures do: what does not fit sorts nothing any more.
    """
    decomposed = unicodedata.normalize("NFKD", f"{family_name} {given_name}".casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.strip()[:LONGEST_SORT_NAME]


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: "User | AnonymousUser") -> "PersonQuerySet":
        """Themselves and the children they may see; everybody for those who run the county."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        seen = Q(guardians__adult_id=user.person_id, guardians__may_see=True)
        return self.filter(Q(pk=user.person_id) | seen).distinct()

    def bookable_by(self, user: "User") -> "PersonQuerySet":
        """Whom this user may book for: themselves, and children they may book for."""
        booked = Q(guardians__adult_id=user.person_id, guardians__may_book=True)
        return self.filter(Q(pk=user.person_id) | booked).distinct()


class Person(models.Model):
    """A pupil, parent, adult learner, teacher or member of school staff."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    given_name = models.CharField(max_length=200)
    family_name = models.CharField(max_length=200, blank=True)
    known_as = models.CharField(max_length=200, blank=True)
    born_on = models.DateField(null=True, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address_line = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=60, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    sort_name = models.CharField(max_length=LONGEST_SORT_NAME, editable=False)
    tile = models.CharField(max_length=30, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(given_name=""),
                name="person_has_a_name",
                violation_error_message="Enter a name.",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_name", "id"], name="person_by_name"),
            models.Index(fields=["email"], name="person_by_email"),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def first_name(self) -> str:
        return self.known_as or self.given_name

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.pk}))


class AboutPersonQuerySet(models.QuerySet[Any]):
    """Rows about one person: whoever sees the person sees them."""

    about = "person"

    def visible_to(self, user: "User | AnonymousUser") -> "AboutPersonQuerySet":
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(**{f"{self.about}__in": user.persons_seen()})


class UserManager(BaseUserManager["User"]):
    """Makes users, each with the person they are."""

    def get_queryset(self) -> models.QuerySet["User"]:
        """A user is seldom asked for without their name: one statement a request, not two."""
        return super().get_queryset().select_related("person")

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username).lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if "person" not in fields:
            name = fields.pop("given_name", "") or email.partition("@")[0]
            family = fields.pop("family_name", "")
            fields["person"] = Person.objects.create(
                given_name=name,
                family_name=family,
                email=email,
                sort_name=sort_name_of(name, family),
            )
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who can sign in, by email. A young child has no user."""

    email = models.EmailField(unique=True, error_messages={"unique": "This address is in use."})
    person = models.OneToOneField(Person, models.PROTECT, related_name="user")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    wants_digest = models.BooleanField(default=False, db_default=False)

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))),
                name="user_address_in_lower_case",
                violation_error_message="Email addresses are kept in lower case.",
            )
        ]
        triggers: ClassVar = [Audited(ignoring=["last_login"], sealed=["password"])]

    def __str__(self) -> str:
        return self.get_full_name()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """As Django's, but that being a superuser opens nothing sealed: roles alone do."""
        if perm not in NOT_BY_OFFICE:
            return super().has_perm(perm, obj)
        try:
            return any(backend.has_perm(self, perm, obj) for backend in get_backends())
        except PermissionDenied:  # a backend's last word
            return False

    def get_full_name(self) -> str:
        return str(self.person)

    def get_short_name(self) -> str:
        return self.person.first_name

    def roles_held(self) -> "list[RoleHeld]":
        """The roles in force today, read once for this object."""
        if not hasattr(self, "_roles_held"):
            today = timezone.localdate()
            held = self.person.roles.filter(starts_on__lte=today)
            self._roles_held = list(held.filter(Q(ends_on=None) | Q(ends_on__gte=today)))
        return self._roles_held

    def centres_run(self) -> set[int]:
        """The centres this user is head of."""
        heads = [role for role in self.roles_held() if role.role == "head_of_centre"]
        return {role.centre_id for role in heads if role.centre_id is not None}

    def contacts_held(self) -> "list[SchoolContact]":
        """The parts they play at schools now, read once for this object."""
        if not hasattr(self, "_contacts_held"):
            self._contacts_held = list(self.person.school_contacts.filter(ended_at=None))
        return self._contacts_held

    def schools_served(self) -> set[int]:
        """The schools this user speaks for in any part."""
        return {contact.school_id for contact in self.contacts_held()}

    @property
    def teaches(self) -> bool:
        return any(role.role == "teacher" for role in self.roles_held())

    def persons_seen(self) -> models.QuerySet[Person, Any]:
        """The keys of those this user sees, for use in another query."""
        return Person.objects.visible_to(self).order_by().values("pk")
