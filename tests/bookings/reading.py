"""A calendar feed as its readers have it: a fresh address, asked for, and read by vobject."""

import vobject
from django.test import Client
from django.urls import reverse

from bookings import actions
from bookings.queries import feeds
from tests.factories.core import NOON


def address_of(user):
    """A fresh address of this user's."""
    actions.renew_calendar_feed(by=user, at=NOON)
    return reverse("bookings:calendar_feed", args=[feeds.key_of(user.person)])


def ask(address, **headers):
    return Client().get(address, headers=headers)


def read(address):
    """The events as vobject reads them, by their UID."""
    response = ask(address)
    assert response.status_code == 200
    calendar = vobject.readOne(response.content.decode())
    return {event.uid.value: event for event in calendar.contents.get("vevent", [])}


def only(address):
    (event,) = read(address).values()
    return event
