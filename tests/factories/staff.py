"""Signing staff in, past the admin's door."""

from django.test import Client

ALLAUTH = "people.access.SignedIn"


def client_of(user):
    """A browser in which this member of staff is signed in."""
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    client = Client()
    client.force_login(user, backend=ALLAUTH)
    return client
