"""Letters about who looks after a child: what each says, without an address or a family name."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.urls import reverse

from core import mail, words
from people import rules
from people.models import Guardianship, Invitation, Person, User
from people.queries.invitations import Letter, rights_in


def reason_of(key_hash: str) -> str:
    """What a letter of invitation goes with; asked about once more as it is sent."""
    return f"invitation:{key_hash}"


def invitation(rows: Sequence[Invitation], *, key: str, at: dt.datetime) -> None:
    """The same words whether or not the address has an account."""
    first = rows[0]
    mail.queue(
        "carer-invitation",
        to_address=first.email,
        to_person_id=None,
        context={
            "inviter": str(first.invited_by),
            "child": _names([row.child for row in rows]),
            "may_list": rules.may_in_words(rights_in(first)),
            "expires_at": words.moment(first.expires_at),
        },
        key=f"carer-invitation:{first.ref}",
        link=reverse("people:accept_invitation", args=[key]),
        reason=reason_of(first.key_hash),
        at=at,
    )


def accepted(letter: Letter, made: Sequence[Guardianship], *, by: User, at: dt.datetime) -> None:
    """To both: who may do what now. Nobody learns where anybody lives."""
    told = {
        "child": _names(letter.children),
        "may_list": rules.may_in_words(set().union(*(rights_in(link) for link in made))),
    }
    key = letter.rows[0].ref
    if letter.inviter.email:
        mail.queue(
            "carer-accepted",
            to_address=letter.inviter.email,
            to_person_id=letter.inviter.pk,
            context={"first_name": letter.inviter.first_name, "adult": str(by), **told},
            key=f"carer-accepted:{key}",
            link=reverse("people:adults", args=[letter.children[0].ref]),
            at=at,
        )
    mail.queue(
        "carer-welcome",
        to_address=by.email,
        to_person_id=by.person_id,
        context={"first_name": by.get_short_name(), "inviter": str(letter.inviter), **told},
        key=f"carer-welcome:{key}",
        link=reverse("people:my_details"),
        at=at,
    )


def stepped_back(
    link: Guardianship, told: Collection[Person], *, by: User, at: dt.datetime
) -> None:
    """To them, and to those of the child's other adults who know them."""
    said = {"child": link.child.first_name, "adult": str(link.adult)}
    occasion = f"{link.ref}:{at.isoformat()}"
    mail.queue(
        "carer-left",
        to_address=by.email,
        to_person_id=by.person_id,
        context={"first_name": by.get_short_name(), **said},
        key=f"carer-left:{occasion}",
        at=at,
    )
    for adult in told:
        mail.queue(
            "carer-stepped-back",
            to_address=adult.email,
            to_person_id=adult.pk,
            context={"first_name": adult.first_name, **said},
            key=f"carer-stepped-back:{adult.pk}:{occasion}",
            at=at,
        )


def _names(children: Sequence[Person]) -> str:
    names = [child.first_name for child in children]
    return f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0]
