"""The long lists of staff cost as many statements at 10,000 rows as at 10."""

import itertools
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import (
    AbsenceNotice,
    Activity,
    CalendarFeed,
    Closure,
    Credit,
    Enrolment,
    MarkReceived,
    Message,
    MessageReader,
    Session,
)
from people.models import Invitation
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    ActivityFactory,
    CalendarFeedFactory,
    ClosureFactory,
    CreditFactory,
    EnrolmentFactory,
    MarkReceivedFactory,
    MessageFactory,
    SessionFactory,
)
from tests.factories.people import InvitationFactory, PersonFactory, administrator
from tests.factories.staff import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


def copies_of(row, **differing):
    """As many more rows like this one; what must differ comes from a function each."""
    model = type(row)
    keys = {"id", "ref", *differing}
    fields = {
        field.name: getattr(row, field.name)
        for field in model._meta.concrete_fields
        if field.name not in keys
    }
    return lambda number: model.objects.bulk_create(
        model(**fields, **{name: make() for name, make in differing.items()}) for _ in range(number)
    )


def hexes():
    return uuid.uuid4().hex * 2


def activities_of(here):
    """As many more of one teacher's groups as are asked for."""
    like = {
        "centre": here,
        "year": ActivityFactory().year,
        "rate": None,
        "teacher": PersonFactory(),
    }
    return lambda number: Activity.objects.bulk_create(
        ActivityFactory.build(**like) for _ in range(number)
    )


def enrolments_of(here):
    """As many more places that ended, each of somebody who came and went."""
    model = EnrolmentFactory(ended=True, activity__centre=here)
    fields = {
        field.name: getattr(model, field.name)
        for field in Enrolment._meta.concrete_fields
        if field.name not in {"id", "ref"}
    }
    return lambda number: Enrolment.objects.bulk_create(Enrolment(**fields) for _ in range(number))


def sessions_of(here):
    """As many more meetings of one group."""
    model, ordinals = SessionFactory(activity__centre=here), itertools.count(2)
    return lambda number: Session.objects.bulk_create(
        Session(
            activity=model.activity,
            occurs_on=model.occurs_on,
            ordinal=next(ordinals),
            during=model.during,
        )
        for _ in range(number)
    )


def closures_of(here):
    return copies_of(ClosureFactory(centre=here), slug=lambda: uuid.uuid4().hex)


def credits_of(here):
    """Of one meeting: all but one of them void."""
    void = CreditFactory(
        attendance__session__activity__centre=here, voided_at="2026-11-01T00:00Z", voided_why="x"
    )
    return copies_of(Credit.objects.get(pk=void.pk))


def marks_of(here):
    differs = MarkReceivedFactory(
        attendance__session__activity__centre=here, outcome=MarkReceived.Outcome.DIFFERED
    )
    return copies_of(differs, client_key=uuid.uuid4)


def messages_of(here):
    return copies_of(MessageFactory(centre=here))


def readers_of(here):
    """One reader of as many messages."""
    reader, more = PersonFactory(), copies_of(MessageFactory(centre=here))
    return lambda number: MessageReader.objects.bulk_create(
        MessageReader(message=message, person=reader) for message in more(number)
    )


def absences_of(here):
    return copies_of(AbsenceNoticeFactory(enrolment=EnrolmentFactory()))


def feeds_of(here):
    stopped = CalendarFeedFactory(revoked_at="2026-11-01T00:00Z")
    return copies_of(CalendarFeed.objects.get(pk=stopped.pk), key_hash=hexes)


def invitations_of(here):
    taken_back = InvitationFactory(withdrawn_at="2026-11-01T00:00Z")
    return copies_of(Invitation.objects.get(pk=taken_back.pk), key_hash=hexes)


OF_A_CENTRE = {
    Activity: activities_of,
    Closure: closures_of,
    Credit: credits_of,
    Enrolment: enrolments_of,
    MarkReceived: marks_of,
    Message: messages_of,
    MessageReader: readers_of,
    Session: sessions_of,
}
OF_THE_COUNTY = {
    AbsenceNotice: absences_of,
    CalendarFeed: feeds_of,
    Invitation: invitations_of,
}


@pytest.mark.parametrize("model", [*OF_A_CENTRE, *OF_THE_COUNTY], ids=lambda model: model.__name__)
def test_a_list_costs_the_same_at_10_rows_and_at_10_000(
    desk, here, model, django_assert_num_queries
):
    if model in OF_THE_COUNTY:
        desk = client_of(administrator())
    more = {**OF_A_CENTRE, **OF_THE_COUNTY}[model](here)
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    more(9)
    desk.get(page)
    with CaptureQueriesContext(connection) as at_ten:
        desk.get(page)
    more(9_990)
    with connection.cursor() as cursor:  # as the server does by itself, sooner or later
        cursor.execute("ANALYZE")

    with django_assert_num_queries(len(at_ten)):
        response = desk.get(page)

    assert response.context["cl"].result_count >= 9_999
    assert len(response.context["cl"].result_list) == 50
    assert len(at_ten) <= 14


def test_a_page_of_a_long_list_is_the_page_of_its_order(desk, here):
    """Bare keys are sorted, then one page of rows is read: in the same order, with its counts."""
    more = activities_of(here)
    more(120)
    first = Activity.objects.filter(centre=here).order_by("pk").first()
    EnrolmentFactory(activity=first, active=True)
    address = "/admin/bookings/activity/"

    pages = [list(desk.get(address, {"p": page}).context["cl"].result_list) for page in (1, 2, 3)]
    by_count = list(desk.get(address, {"o": "-6"}).context["cl"].result_list)

    expected = Activity.objects.filter(centre=here).order_by(
        "weekday", "local_start", "title", "pk"
    )
    assert [row for page in pages for row in page] == list(expected)
    assert max(row.booked for page in pages for row in page) == 1
    assert len(by_count) == 50
