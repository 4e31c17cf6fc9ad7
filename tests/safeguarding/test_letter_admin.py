"""Staff withdraw a letter of assurance, saying why; and write it again."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from core.models import AuditRow
from safeguarding.models import AssuranceLetter
from tests.factories.core import NOON
from tests.factories.people import UserFactory, administrator, head_of
from tests.factories.safeguarding import AssuranceLetterFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LETTERS = reverse("admin:safeguarding_assuranceletter_changelist")


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def office(client):
    return sign_in(client, administrator())


def choose(client, action, *letters, **more):
    chosen = [letter.pk for letter in letters]
    return client.post(LETTERS, {"action": action, ACTION_CHECKBOX_NAME: chosen, **more})


def withdrawn(letter):
    letter.refresh_from_db()
    return letter.withdrawn_at


def test_withdraw_letters_asks_why_first(client, office):
    letter = AssuranceLetterFactory()

    response = choose(client, "withdraw_letters", letter)

    assert "Withdraw letters" in response.content.decode()
    assert withdrawn(letter) is None


def test_withdraw_letters_withdraws_at_once_and_keeps_why(client, office):
    letter, other = AssuranceLetterFactory(), AssuranceLetterFactory()

    choose(client, "withdraw_letters", letter, answered="1", reason="Under review")

    assert (withdrawn(letter), withdrawn(other)) == (NOON, None)
    assert [row.new for row in AuditRow.objects.filter(op="note")] == [{"reason": "Under review"}]


def test_write_again_gives_a_withdrawn_letter_a_successor(client, office):
    letter = AssuranceLetterFactory(withdrawn_at=NOON)

    choose(client, "write_again", letter)

    (again,) = AssuranceLetter.objects.filter(withdrawn_at=None)
    assert (again.person, again.school) == (letter.person, letter.school)


def test_letters_are_found_by_code_and_by_name(client, office):
    letter = AssuranceLetterFactory(person__family_name="Eze")
    AssuranceLetterFactory()

    found = [
        list(client.get(LETTERS, {"q": asked}).context["cl"].queryset)
        for asked in (letter.code, "Eze")
    ]

    assert found == [[letter], [letter]]


@pytest.mark.parametrize("who", ["head", "superuser"])
def test_letters_are_for_the_office_alone(client, who):
    letter = AssuranceLetterFactory()
    user = UserFactory(is_superuser=True, is_staff=True) if who == "superuser" else head_of()
    sign_in(client, user)

    response = choose(client, "withdraw_letters", letter, answered="1", reason="No")

    assert response.status_code in {302, 403}
    assert withdrawn(letter) is None
