"""Staff quote, adjust, decline and schedule in the admin: each act by our actions, told truly."""

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.models import Rate
from lessons.actions import scheduling
from lessons.actions.orders import send_order
from lessons.models import ScheduleRun, SchoolOrder
from people.models import SchoolContact
from tests.factories.people import contact_of, head_of
from tests.lessons.bought import TOTAL, agreed, draft, stage
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LIST = reverse("admin:lessons_schoolorder_changelist")


@pytest.fixture
def known():
    return stage()


@pytest.fixture
def office(client, known):
    sign_in(client, known.office)
    return client


def submitted(known, **fields):
    order = draft(known)
    order.status, order.submitted_at = SchoolOrder.Status.SUBMITTED, timezone.now()
    for name, value in fields.items():
        setattr(order, name, value)
    order.save()
    return order


def act(client, name, *orders, **said):
    answered = {"answered": "1"} if said else {}
    chosen = {"action": name, "_selected_action": [order.pk for order in orders]}
    return client.post(LIST, {**chosen, **answered, **said}, follow=True)


def state(order):
    order.refresh_from_db()
    return order.status


def test_quote_asks_what_differs_and_keeps_why(office, known):
    order = submitted(known)
    line = order.lines.get()

    asked = act(office, "quote", order)
    act(
        office,
        "quote",
        order,
        **{f"adjustment_{line.pk}": "-59.20", f"reason_{line.pk}": "Rounded", "note": "Welcome"},
    )

    assert f"adjustment_{line.pk}" in asked.content.decode()
    line.refresh_from_db()
    assert (state(order), order.quoted_by) == ("quoted", known.office.person)
    assert (line.total, line.adjust_reason, order.note_to_school) == (2400, "Rounded", "Welcome")


def test_quote_says_our_price_and_what_keeps_it_from_a_yes(office, known):
    order = submitted(known)
    order.lines.update(
        answer="if",
        answer_reasons=[
            {"holds": True, "sentence": "The hall is right for it"},
            {"holds": False, "sentence": "Every class set is promised."},
        ],
    )

    asked = act(office, "quote", order).content.decode()
    read = office.get(reverse("admin:lessons_schoolorder_change", args=[order.pk]))

    answered = "We answered: yes, if. Every class set is promised."
    assert f"£2,459.20 at our prices, £1,229.60 subsidy taken off. {answered} -50 takes" in asked
    assert answered in read.content.decode()


def test_quote_without_a_price_of_ours_says_so_before(office, known):
    order = submitted(known)
    Rate.objects.all().delete()

    asked = act(office, "quote", order)

    assert "We have no price for" in asked.content.decode()


def test_quote_without_a_reason_is_asked_again(office, known):
    order = submitted(known)
    line = order.lines.get()

    page = act(office, "quote", order, **{f"adjustment_{line.pk}": "-59.20", "note": ""})

    assert "Say why the price differs." in page.content.decode()
    assert state(order) == "submitted"


def test_quote_several_is_at_our_prices(office, known):
    orders = [submitted(known), submitted(stage())]

    act(office, "quote", *orders, note="")

    assert [state(order) for order in orders] == ["quoted", "quoted"]
    assert orders[1].lines.get().total == TOTAL


def test_decline_says_why(office, known):
    order = submitted(known)

    act(office, "decline", order, reason="No teacher until May.")

    assert (state(order), order.end_reason) == ("declined", "No teacher until May.")


def test_cancel_says_what_is_owed_first(office, known):
    order = agreed(known)

    asked = act(office, "cancel", order)
    act(office, "cancel", order, reason="They rang: no hall.")

    assert "is owed in all" in asked.content.decode()
    assert state(order) == "cancelled"


def test_cancel_of_what_is_over_is_refused_in_words(office, known):
    order = agreed(known)
    SchoolOrder.objects.filter(pk=order.pk).update(status="completed")

    page = act(office, "cancel", order, reason="Why not")

    assert "is taught to its end" in page.content.decode()


def test_schedule_leads_to_the_run_and_its_progress(office, known):
    orders = [agreed(known), agreed(stage())]

    page = act(office, "schedule", *orders)

    run = ScheduleRun.objects.get()
    assert page.redirect_chain[-1][0] == reverse("admin:lessons_schedulerun_change", args=[run.pk])
    assert "0 of 2 scheduled. 2 to do: load this page again." in page.content.decode()

    scheduling.carry_on_schedules(at=run.asked_at)
    page = office.get(page.redirect_chain[-1][0]).content.decode()
    assert "2 of 2 scheduled." in page


def test_schedule_says_how_many_it_left_out(office, known):
    page = act(office, "schedule", agreed(known), draft(stage()))

    assert ScheduleRun.objects.get().orders.count() == 1
    assert "1 order left out: not agreed, or asked for already." in page.content.decode()


def test_schedule_of_a_draft_asks_for_nothing(office, known):
    page = act(office, "schedule", draft(known))

    assert "None of these is agreed" in page.content.decode()
    assert not ScheduleRun.objects.exists()


def test_the_list_finds_an_order_by_its_number_and_its_school(office, known):
    order, other = draft(known), draft(stage(name="Kestrel Primary"))

    def found(**asked):
        return set(office.get(LIST, asked).context["cl"].queryset)

    assert found(q=order.number) == {order}
    assert found(q="kestrel") == {other}
    assert found(todo="schedule") == set()


def test_the_list_says_what_is_to_do(office, known):
    agreed_one, sent = agreed(known), submitted(stage())

    def found(todo):
        return set(office.get(LIST, {"todo": todo}).context["cl"].queryset)

    assert (found("quote"), found("schedule"), found("po")) == ({sent}, {agreed_one}, {agreed_one})


def test_orders_are_the_countys_alone(client, known):
    for who in (head_of(), contact_of(known.school, SchoolContact.Role.HEAD)):
        sign_in(client, who)
        assert client.get(LIST).status_code in {302, 403}


def test_send_order_that_needs_the_office_leads_it_to_the_order(office, known, settings):
    order = draft(known, classes=8, pupils=240, half_days=["2-am"])
    send_order(order=order, shown=4 * TOTAL, by=known.lead, at=timezone.now())

    page = office.get(reverse("admin:lessons_schoolorder_change", args=[order.pk]))

    assert page.status_code == 200
    assert "Larkhay Junior School" in page.content.decode()
