"""The addresses of an order's pages, and what a music lead types there."""

from django.urls import reverse

from tests.factories.lessons import SubjectFactory, TeachesFactory
from tests.factories.safeguarding import cleared_teacher

UKULELE = "whole-class-ukulele-year:ukulele"
DJEMBE = "whole-class-djembe-term:djembe"


NEEDS = {"half_days": ["2-am", "4-am"], "room": "hall", "goes_home": "yes", "needs": ["calm"]}


def at(name, order, position=None):
    more = {} if position is None else {"position": position}
    return reverse(f"schools:{name}", kwargs={"urn": order.school.urn, "ref": order.ref, **more})


def begin(school):
    return reverse("schools:start_order", kwargs={"urn": school.urn})


def classes(**differs):
    usual = {"programme": UKULELE, "term": "year", "year_groups": ["4"], "classes": 2, "pupils": 60}
    return usual | differs


def teacher_of_ukulele():
    person = cleared_teacher(given_name="Ngozi", family_name="Eze")
    TeachesFactory(staff=person.staff, subject=SubjectFactory(slug="ukulele"))
    return person
