"""Nobody gives themselves sight of a child, or a role."""

import datetime as dt

import pytest
from django.urls import reverse

from people.models import Guardianship, RoleHeld
from tests.factories.people import ChildFactory, UserFactory, administrator
from tests.factories.staff import client_of

pytestmark = pytest.mark.django_db


def guardianship(adult, child):
    return {
        "adult": adult.pk,
        "child": child.pk,
        "relationship": "parent",
        "parental_responsibility": "unknown",
        "may_see": "on",
        "contact_order": 1,
    }


def test_an_administrator_cannot_make_themselves_a_guardian():
    office, child = administrator(), ChildFactory()
    address = reverse("admin:people_guardianship_add")

    answer = client_of(office).post(address, guardianship(office.person, child))

    assert "This is about yourself. Ask another administrator" in answer.content.decode()
    assert not Guardianship.objects.exists()


def test_an_administrator_links_somebody_else_to_a_child():
    child, parent = ChildFactory(), UserFactory().person
    address = reverse("admin:people_guardianship_add")

    client_of(administrator()).post(address, guardianship(parent, child))

    assert Guardianship.objects.get().adult == parent


@pytest.mark.parametrize(("is_superuser", "given"), [(False, 0), (True, 1)])
def test_only_who_sets_a_portal_up_gives_themselves_a_role(is_superuser, given):
    office = administrator(is_superuser=is_superuser)
    role = {"person": office.person_id, "role": "teacher", "starts_on": dt.date(2026, 9, 1)}

    client_of(office).post(reverse("admin:people_roleheld_add"), role)

    assert RoleHeld.objects.filter(role="teacher").count() == given
