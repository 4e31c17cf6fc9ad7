"""The admin as a whole: who comes in, what every page of it owes, what a save leaves behind."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from people.models import RoleHeld
from tests.factories import people

pytestmark = pytest.mark.django_db

REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
LONG_AGO = dt.date(2025, 9, 1)


def label(model):
    return model._meta.label


def staff(role, **fields):
    user = people.UserFactory(is_staff=True)
    RoleHeld.objects.create(person=user.person, role=role, starts_on=LONG_AGO, **fields)
    return user


@pytest.fixture
def administrator(client):
    user = staff("administrator")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


@pytest.mark.parametrize("model", REGISTERED, ids=label)
def test_list_opens_for_an_administrator(client, administrator, model):
    response = client.get(
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    )

    assert response.status_code == 200
