"""Families to write to, and a draft written to them."""

import uuid

from bookings.actions import messages as actions
from bookings.models import Message
from bookings.rules.messages import fingerprint
from tests.factories.bookings import EnrolmentFactory
from tests.factories.core import NOON
from tests.factories.people import (
    ChildFactory,
    ConsentFactory,
    ConsentWordingFactory,
    GuardianFactory,
)


def placed(activity, *, guardian=None, status="active", **child):
    """A family with a child in this group."""
    guardian = guardian or GuardianFactory()
    person = ChildFactory(guardian=guardian, **child)
    EnrolmentFactory(activity=activity, person=person, booked_by=guardian.person, **{status: True})
    return guardian, person


def says_yes_to_news(person, *, is_given=True):
    wording = ConsentWordingFactory(kind="marketing", title="News", audience="everyone")
    return ConsentFactory(person=person, wording=wording, is_given=is_given, by_person=person)


def draft(by, *, activity=None, centre=None, at=NOON, ref=None, **said):
    """A message kept and not sent."""
    said = {"kind": Message.Kind.CHANGE, "subject": "Red", "body": "Send {child} in red."} | said
    narrowed = said.pop("narrowed_by", {})
    return actions.keep_draft(
        ref=ref or uuid.uuid4(),
        draft=actions.Draft(activity=activity, centre=centre, narrowed_by=narrowed, **said),
        by=by,
        at=at,
    )


def send(message, by, *, at=NOON):
    return actions.send_message(message=message, seen=fingerprint(message), by=by, at=at)
