"""Letters about who speaks for a school."""

import datetime as dt

from django.urls import reverse

from core import mail, words
from people.models import Person, School, SchoolClaim, SchoolInvitation, User
from people.queries import school_accounts
from people.rules import school_parts


def reason_of(key_hash: str) -> str:
    """What a letter of invitation goes with; asked about once more as it is sent."""
    return f"school-invitation:{key_hash}"


def claim_received(claim: SchoolClaim, *, at: dt.datetime) -> None:
    """To whoever asked, and to those who speak for the school already: they know each other."""
    said = {
        "adult": str(claim.person),
        "school": str(claim.school),
        "parts": school_parts.in_words(claim.roles),
    }
    mail.queue(
        "school-claim-received",
        to_address=_address(claim.person),
        to_person_id=claim.person_id,
        context={**said, "first_name": claim.person.first_name},
        key=f"school-claim-received:{claim.ref}",
        link=reverse("people:my_schools"),
        at=at,
    )
    for speaker in school_accounts.speakers_of(claim.school, but=[claim.person_id]):
        mail.queue(
            "school-claim-noted",
            to_address=_address(speaker),
            to_person_id=speaker.pk,
            context={**said, "first_name": speaker.first_name, "job_title": claim.job_title},
            key=f"school-claim-noted:{claim.ref}:{speaker.pk}",
            link=reverse("people:school_contacts", args=[claim.school.urn]),
            at=at,
        )


def part_given(
    person: Person, school: School, parts: frozenset[str], *, occasion: str, at: dt.datetime
) -> None:
    """You speak for the school now, as this; and those who do so already learn of it."""
    said = {"school": str(school), "parts": school_parts.in_words(parts)}
    mail.queue(
        "school-part-given",
        to_address=_address(person),
        to_person_id=person.pk,
        context={**said, "first_name": person.first_name},
        key=f"school-part-given:{occasion}",
        link=reverse("people:my_schools"),
        at=at,
    )
    for speaker in school_accounts.speakers_of(school, but=[person.pk]):
        mail.queue(
            "school-joined",
            to_address=_address(speaker),
            to_person_id=speaker.pk,
            context={**said, "first_name": speaker.first_name, "adult": str(person)},
            key=f"school-joined:{occasion}:{speaker.pk}",
            link=reverse("people:school_contacts", args=[school.urn]),
            at=at,
        )


def claim_refused(claim: SchoolClaim, *, at: dt.datetime) -> None:
    mail.queue(
        "school-claim-refused",
        to_address=_address(claim.person),
        to_person_id=claim.person_id,
        context={
            "first_name": claim.person.first_name,
            "school": str(claim.school),
            "reason": claim.reason,
        },
        key=f"school-claim-refused:{claim.ref}",
        at=at,
    )


def invitation(row: SchoolInvitation, *, key: str, at: dt.datetime) -> None:
    """The same words whether or not the address has an account."""
    mail.queue(
        "school-invitation",
        to_address=row.email,
        to_person_id=None,
        context={
            "inviter": str(row.invited_by),
            "school": str(row.school),
            "role": school_parts.in_words(row.roles),
            "expires_at": words.moment(row.expires_at),
        },
        key=f"school-invitation:{row.ref}",
        link=reverse("people:accept_school_invitation", args=[key]),
        reason=reason_of(row.key_hash),
        at=at,
    )


def part_ended(person: Person, school: School, *, by: User | None, at: dt.datetime) -> None:
    """To whoever left or was taken out, and to those who speak for the school still."""
    occasion = f"{school.urn}:{person.ref}:{at.isoformat()}"
    said = {"school": str(school), "adult": str(person)}
    mail.queue(
        "school-part-ended",
        to_address=_address(person),
        to_person_id=person.pk,
        context={**said, "first_name": person.first_name},
        key=f"school-part-ended:{occasion}",
        at=at,
    )
    told_by_themselves = [by.person_id] if by else []
    for speaker in school_accounts.speakers_of(school, but=[person.pk, *told_by_themselves]):
        mail.queue(
            "school-left",
            to_address=_address(speaker),
            to_person_id=speaker.pk,
            context={**said, "first_name": speaker.first_name},
            key=f"school-left:{occasion}:{speaker.pk}",
            link=reverse("people:school_contacts", args=[school.urn]),
            at=at,
        )


def _address(person: Person) -> str:
    """Where they sign in; a contact without an account has the address that the school gave."""
    user = getattr(person, "user", None)
    return user.email if user else person.email
