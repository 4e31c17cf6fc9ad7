"""Can we do it? The answer, its remedies, a price that changed, and the sending."""

from decimal import Decimal

import pytest
from django.urls import reverse

from billing.models import Rate
from lessons.actions import orders
from tests.factories.schools import HourKeptFactory, OrderLineFactory, SchoolOrderFactory
from tests.lessons.wizard.pages import (
    at,
    classes,
    teacher_of_ukulele,
)

pytestmark = pytest.mark.django_db


def test_check_order_says_yes_with_a_teacher_and_what_it_rests_on(client, whole):
    teacher_of_ukulele()

    page = client.get(at("check_order", whole))

    assert [verdict.tone for verdict in page.context["verdicts"]] == ["yes"]
    assert "Ngozi Eze" in page.text
    assert "Send to Dele Achebe" in page.text
    assert "60 in 2 classes, Year 4" in page.text
    assert f'name="total" value="{Decimal("2545.40")}"' in page.text
    assert page.text.index('id="cost"') < page.text.index("Send to Dele Achebe")


def test_check_order_says_no_yes_without_a_teacher(client, whole):
    page = client.get(at("check_order", whole))

    assert [verdict.tone for verdict in page.context["verdicts"]] != ["yes"]
    assert "Send the order" in page.text


def send(client, order, total="2545.40", **options):
    return client.post(at("check_order", order), {"total": total}, **options)


def test_check_order_sends_it(client, whole):
    teacher_of_ukulele()

    answer = send(client, whole)

    assert answer["Location"] == reverse(
        "schools:order", kwargs={"urn": whole.school.urn, "ref": whole.ref}
    )
    whole.refresh_from_db()
    assert whole.status == "quoted"
    sent = client.get(answer["Location"]).text
    assert f"Order {whole.number} is sent. We have written to Dele Achebe." in sent
    assert at("order_pdf", whole) in sent


def test_check_order_pressed_twice_at_once_leads_both_to_the_order(client, whole, monkeypatch):
    teacher_of_ukulele()
    real = orders.send_order
    monkeypatch.setattr(orders, "send_order", lambda **said: (real(**said), real(**said)))

    answer = send(client, whole)

    assert answer["Location"] == reverse(
        "schools:order", kwargs={"urn": whole.school.urn, "ref": whole.ref}
    )


def test_a_price_that_changed_while_the_page_was_open_is_shown_and_asked_again(client, whole):
    Rate.objects.filter(key="programme-wcet-year").update(amount=Decimal("2000.00"))

    answer = send(client, whole)

    assert answer.status_code == 422
    assert "The price has changed" in answer.text
    assert "It was <strong>£2,545.40</strong>" in answer.text
    assert "it is <strong>£2,727.40</strong> now" in answer.text
    assert 'name="total" value="2727.40"' in answer.text
    whole.refresh_from_db()
    assert whole.status == "draft"

    send(client, whole, "2727.40")

    whole.refresh_from_db()
    assert whole.status in {"submitted", "quoted"}


def test_what_is_not_finished_is_not_sent(client, order):
    client.post(at("order_classes", order, 1), classes())

    answer = send(client, order)

    assert answer["Location"] == at("order_tasks", order)
    order.refresh_from_db()
    assert order.status == "draft"


def test_the_answer_is_given_in_few_statements(client, whole, django_assert_max_num_queries):
    for position in range(2, 6):
        line = order_line(whole) if position == 2 else whole.lines.first()
        line.pk, line.position = None, position
        line.save(force_insert=True)

    with django_assert_max_num_queries(40):
        assert len(client.get(at("check_order", whole)).context["verdicts"]) == 5


def test_a_total_that_is_none_sends_nothing(client, whole):
    answer = send(client, whole, "cheap")

    assert answer.status_code == 422
    whole.refresh_from_db()
    assert whole.status == "draft"


def test_a_remedy_taken_changes_the_part_and_is_worked_out_again(client, whole):
    teacher = teacher_of_ukulele()
    blocker = OrderLineFactory(order=SchoolOrderFactory(year=whole.year))
    keep_mornings(teacher, blocker, whole.year)
    page = client.get(at("check_order", whole))
    [verdict] = page.context["verdicts"]
    remedy = verdict.remedies[0]

    client.post(at("take_remedy", whole, 1), {"remedy": remedy.key})

    assert verdict.tone == "if"
    assert order_line(whole).half_days == list(remedy.half_days)
    assert client.get(at("check_order", whole)).context["verdicts"][0].tone == "yes"


def test_a_remedy_made_up_changes_nothing(client, whole):
    answer = client.post(at("take_remedy", whole, 1), {"remedy": "half_days:1-am"}, follow=True)

    assert "That has changed since you looked" in answer.text
    assert order_line(whole).half_days == ["2-am", "4-am"]


def order_line(order):
    return order.lines.get()


def keep_mornings(teacher, line, year):
    """The teacher is promised elsewhere on the mornings that were asked for."""
    for ordinal, weekday in enumerate((2, 4), start=1):
        HourKeptFactory(
            line=line,
            ordinal=ordinal,
            teacher=teacher,
            weekday=weekday,
            from_minute=8 * 60,
            until_minute=12 * 60 + 30,
            first_on=year.starts_on,
            last_on=year.ends_on,
        )
