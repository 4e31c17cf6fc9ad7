"""What a school's home says of the letters its families used: never a number that is too small."""

import pytest
from django.urls import reverse

from lessons.queries.school_home import codes_used
from tests.factories.lessons import SubjectFactory
from tests.factories.people import SchoolFactory, contact_of
from tests.factories.schools import ClaimCodeFactory, OrderPolicyFactory
from tests.lessons.school_stage import class_at, scheduled_line
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def letters_of(school, *, used, unused, **line):
    taught = class_at(school, line=scheduled_line(school, **line))
    for place in range(used + unused):
        ClaimCodeFactory(programme_class=taught, claimed=place < used)


@pytest.mark.parametrize(
    ("used", "unused", "shown"),
    [
        pytest.param(2, 5, None, id="few"),
        pytest.param(3, 5, 3, id="enough"),
        pytest.param(8, 0, 8, id="all"),
        pytest.param(8, 1, None, id="all but one"),
    ],
)
def test_codes_used_is_no_number_from_which_a_few_are_known(used, unused, shown):
    school = SchoolFactory()
    letters_of(school, used=used, unused=unused)

    assert codes_used(school, hide_below=3) == shown


def test_codes_used_is_no_sum_beside_which_one_instrument_could_be_worked_out():
    school = SchoolFactory()
    letters_of(school, used=8, unused=5)
    letters_of(school, used=2, unused=5, subject=SubjectFactory(slug="violin", name="Violin"))

    assert codes_used(school, hide_below=3) is None


def test_school_says_how_many_families_used_their_letter(client):
    OrderPolicyFactory(hide_below=3)
    school = SchoolFactory()
    letters_of(school, used=3, unused=5)
    sign_in(client, contact_of(school))

    page = client.get(reverse("schools:school", args=[school.urn]))

    assert "Three families used their letter" in page.text
