"""A music lead begins an order, writes it page by page, and sees whether we can do it."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.models import Rate
from lessons.models import SchoolOrder
from tests.factories.core import NOON
from tests.factories.lessons import SubjectFactory, TeachesFactory
from tests.factories.people import SchoolFactory, administrator, contact_of
from tests.factories.safeguarding import cleared_teacher
from tests.factories.schools import HourKeptFactory, OrderLineFactory, SchoolOrderFactory
from tests.lessons.order_stage import larkhay, last_year, next_year, offer
from tests.pdf_words import is_tagged, words_of
from tests.world import BACKEND

pytestmark = pytest.mark.django_db

UKULELE = "whole-class-ukulele-year:ukulele"
DJEMBE = "whole-class-djembe-term:djembe"


@pytest.fixture
def year():
    return next_year()


@pytest.fixture
def people(year):
    offer()
    return larkhay()


@pytest.fixture
def school(people):
    return people[0]


@pytest.fixture
def client(client, people):
    client.force_login(people[1], BACKEND)
    return client


def at(name, order, position=None):
    more = {} if position is None else {"position": position}
    return reverse(f"schools:{name}", kwargs={"urn": order.school.urn, "ref": order.ref, **more})


def begin(school):
    return reverse("schools:start_order", kwargs={"urn": school.urn})


@pytest.fixture
def started(client, school, people):
    """What the first page posts, as it stands without a change."""

    def press(**differs):
        _, lead, head = people
        told = {
            "begin": "new",
            "contact": lead.person.ref,
            "approver": head.person.ref,
            "invoice_email": "office@larkhay.example",
            "sure": "go",
        }
        return client.post(begin(school), {**told, **differs})

    return press


@pytest.fixture
def order(started):
    started()
    return SchoolOrder.objects.get()


def classes(**differs):
    usual = {"programme": UKULELE, "term": "year", "year_groups": ["4"], "classes": 2, "pupils": 60}
    return usual | differs


NEEDS = {"half_days": ["2-am", "4-am"], "room": "hall", "goes_home": "yes", "needs": ["calm"]}


@pytest.fixture
def whole(client, order):
    """An order of two classes of ukulele, with nothing left to say."""
    client.post(at("order_classes", order, 1), classes())
    client.post(at("order_needs", order, 1), NEEDS)
    return order


def teacher_of_ukulele():
    person = cleared_teacher(given_name="Ngozi", family_name="Eze")
    TeachesFactory(staff=person.staff, subject=SubjectFactory(slug="ukulele"))
    return person


# Beginning


def test_start_order_says_whom_we_talk_to_and_leads_to_the_classes(client, school, started):
    page = client.get(begin(school))
    answer = started()

    assert "Hannah Whitlock, music lead" in page.text
    assert "Dele Achebe, headteacher" in page.text
    order = SchoolOrder.objects.get()
    assert answer["Location"] == at("order_classes", order, 1)
    assert (str(order.approver), order.invoice_email) == ("Dele Achebe", "office@larkhay.example")


def test_start_order_takes_a_programme_on_from_the_school_plan(client, school, people):
    address = f"{begin(school)}?programme=whole-class-djembe-term"
    _, lead, head = people
    told = {
        "begin": "new",
        "contact": lead.person.ref,
        "approver": head.person.ref,
        "sure": "go",
    }

    answer = client.post(address, told, follow=True)

    assert f'value="{DJEMBE}" id="id_programme_1" checked' in answer.text


def test_start_order_offers_last_years_and_its_price_now(client, school, people, started):
    before = SchoolOrderFactory(school=school, year=last_year(), submitted=True)
    OrderLineFactory(order=before, pupils=62, price=Decimal("2520.00"))

    page = client.get(begin(school))
    started(begin="copy")

    assert "Copy last year’s order" in page.text
    assert "£2,520 then. This year’s price is in the panel" in page.text
    assert "62 pupils go into Year 5 and keep playing" in page.text
    assert "£2,545.40" in page.text
    assert SchoolOrder.objects.get(status="draft").copied_from == before


def test_start_order_asks_whom_we_talk_to_where_that_is_to_change(client, school, started):
    page = client.get(f"{begin(school)}?change=1")
    answer = started(invoice_email="not an address")

    assert 'name="approver"' in page.text
    assert answer.status_code == 422
    assert "Enter an email address like name@example.org" in answer.text
    assert not SchoolOrder.objects.exists()


def test_a_closed_school_cannot_order(client, school, started):
    school.status, school.closed_on = "closed", dt.date(2024, 8, 31)
    school.save()

    page, answer = client.get(begin(school)), started()

    assert "closed on 31 August 2024, so nothing can be ordered for it" in page.text
    assert answer.status_code == 422
    assert not SchoolOrder.objects.exists()


def test_a_year_without_terms_ahead_cannot_be_ordered_for(client, school, year):
    year.terms.all().delete()

    assert "not fixed yet" in client.get(begin(school)).text


# Classes


def test_order_classes_shows_what_this_school_can_have_and_saves(client, order):
    page = client.get(at("order_classes", order, 1))
    answer = client.post(at("order_classes", order, 1), classes(po_number="  PO  4711 "))

    assert re.findall(r'name="year_groups" value="(\d+)"', page.text) == ["3", "4", "5", "6"]
    assert "Continuation" in page.text
    assert answer["Location"] == at("order_needs", order, 1)
    line, saved = order.lines.get(), SchoolOrder.objects.get()
    assert (line.classes, line.pupils, line.year_groups) == (2, 60, [4])
    assert saved.po_number == "PO 4711"


def test_order_classes_says_everything_that_is_wrong_at_once_and_keeps_what_was_said(client, order):
    answer = client.post(
        at("order_classes", order, 1),
        {"programme": UKULELE, "term": "year", "classes": "", "pupils": "lots"},
    )

    assert answer.status_code == 422
    assert "<title>Error: Your classes" in answer.text
    assert re.findall(r'<a href="#(id_\w+)">([^<]+)</a>', answer.text) == [
        ("id_year_groups_0", "Select at least one year group"),
        ("id_classes", "Enter how many classes, for example 2"),
        ("id_pupils", "Number of pupils must be a number, like 60"),
    ]
    assert f'value="{UKULELE}" id="id_programme_0" checked' in answer.text
    assert not order.lines.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"classes": "0"}, "Enter how many classes, for example 2", id="0 classes"),
        pytest.param(
            {"classes": "1", "pupils": "400"}, "at most 32 can be in one", id="400 in one class"
        ),
        pytest.param({"classes": "-1"}, "Enter 0 or more", id="less than none"),
        pytest.param({"classes": "1e9"}, "must be a number, like 2", id="no number"),
        pytest.param({"pupils": "9" * 30}, "must be a number, like 60", id="no such number"),
        pytest.param({"programme": "x:y"}, "can no longer be chosen", id="no such programme"),
        pytest.param({"programme": DJEMBE}, "is for one term. Choose which", id="term for a year"),
        pytest.param({"year_groups": ["9"]}, "no longer be chosen", id="not a year of theirs"),
        pytest.param({"po_number": "P" * 41}, "Use at most 40", id="a long purchase order"),
    ],
)
def test_order_classes_refuses(client, order, wrong, words):
    answer = client.post(at("order_classes", order, 1), classes(**wrong))

    assert answer.status_code == 422
    assert words in answer.text
    assert not order.lines.exists()


def test_save_and_come_back_later_saves_and_the_list_leads_back(client, order, school):
    answer = client.post(at("order_classes", order, 1), classes(later="1"), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("schools:orders", kwargs={"urn": school.urn})
    assert "Your order is saved" in answer.text
    assert at("order_tasks", order) in answer.text
    assert order.lines.count() == 1


def test_a_part_two_past_the_last_is_not_there(client, order):
    assert client.get(at("order_classes", order, 2)).status_code == 404
    assert client.get(at("order_needs", order, 1)).status_code == 404


def test_order_cost_follows_what_is_said_and_saves_nothing(client, order):
    said = {**classes(classes="3", pupils="90"), "position": "1"}

    answer = client.get(at("order_cost", order), said)

    assert "3 classes of ukulele" in answer.text
    assert "£3,818.10" in answer.text
    assert not order.lines.exists()


def test_order_cost_of_half_a_form_is_what_is_saved(client, whole):
    answer = client.get(at("order_cost", whole), {"programme": DJEMBE, "position": "1"})

    assert "2 classes of ukulele" in answer.text


# Needs


def test_order_needs_says_what_is_likely_and_saves(client, order):
    teacher_of_ukulele()
    client.post(at("order_classes", order, 1), classes())

    page = client.get(at("order_needs", order, 1))
    answer = client.post(
        at("order_needs", order, 1), NEEDS | {"send_pupils": "11", "room_notes": "Step-free"}
    )

    assert "Tuesday morning: </span>One teacher left" in page.text
    assert answer["Location"] == at("check_order", order)
    line = order.lines.get()
    assert (line.half_days, line.room, line.goes_home) == (["2-am", "4-am"], "hall", True)
    assert (line.needs, line.send_pupils, line.pp_pupils) == (["calm"], 11, None)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"half_days": []}, "Select at least one half day", id="no half day"),
        pytest.param(
            {"half_days": ["2-am", "7-pm"]}, "The school is shut on Sundays", id="a day it is shut"
        ),
        pytest.param({"send_pupils": "61"}, "There are 60 pupils in all", id="too many"),
        pytest.param({"room": ""}, "Choose the room", id="no room"),
        pytest.param({"goes_home": ""}, "Choose whether the instruments may go", id="not said"),
    ],
)
def test_order_needs_refuses(client, order, wrong, words):
    client.post(at("order_classes", order, 1), classes())

    answer = client.post(at("order_needs", order, 1), {**NEEDS, **wrong})

    assert answer.status_code == 422
    assert words in answer.text
    assert order.lines.get().half_days == []


# More than one programme


def test_order_tasks_says_what_is_left(client, whole):
    spring = whole.year.terms.get(name="Spring")
    client.post(
        at("order_classes", whole, 2), classes(programme=DJEMBE, term=spring.pk, year_groups=["5"])
    )

    page = client.get(at("order_tasks", whole))
    check = client.get(at("check_order", whole))

    assert [task["status"] for part in page.context["parts"] for task in part["tasks"]] == [
        "Completed",
        "Completed",
        "Completed",
        "To do",
    ]
    assert "Cannot start yet" in page.text
    assert check["Location"] == at("order_tasks", whole)


def test_remove_line_takes_a_programme_out(client, whole):
    answer = client.post(at("remove_line", whole, 1), follow=True)

    assert "2 classes of ukulele is not in this order any more." in answer.text
    assert not whole.lines.exists()


def test_order_contact_changes_who_agrees_and_the_number(client, whole, people):
    school, lead, _ = people
    bursar = contact_of(school, "finance", person__given_name="Moira")
    told = {
        "contact": lead.person.ref,
        "approver": bursar.person.ref,
        "invoice_email": "",
        "sure": "price",
        "po_number": " 47  11 ",
    }

    client.post(at("order_contact", whole), told)

    whole.refresh_from_db()
    assert (whole.approver, whole.po_number) == (bursar.person, "47 11")
    assert whole.is_for_governors


def test_discard_order_throws_a_draft_away(client, whole):
    answer = client.post(at("discard_order", whole), follow=True)

    assert "Nothing was ordered" in answer.text
    assert not SchoolOrder.objects.exists()


# The answer


def test_check_order_says_yes_with_a_teacher_and_what_it_rests_on(client, whole):
    teacher_of_ukulele()

    page = client.get(at("check_order", whole))

    assert [verdict.tone for verdict in page.context["verdicts"]] == ["yes"]
    assert "Ngozi Eze" in page.text
    assert "Send to Dele Achebe" in page.text
    assert "60 in 2 classes, Year 4" in page.text
    assert f'name="total" value="{Decimal("2545.40")}"' in page.text


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


# On paper, and for others


def test_order_pdf_is_tagged_and_holds_its_words(client, whole):
    answer = client.get(at("order_pdf", whole))

    assert answer["Content-Type"] == "application/pdf"
    assert is_tagged(answer.content)
    said = words_of(answer.content)
    for words in ("2 classes of ukulele", "£2,545.40", "A draft: nothing is ordered yet"):
        assert words in said


def test_orders_lists_drafts_before_what_is_sent(client, whole, school):
    sent = SchoolOrderFactory(school=school, year=whole.year, submitted=True)
    OrderLineFactory(order=sent)

    page = client.get(reverse("schools:orders", kwargs={"urn": school.urn}))

    assert page.text.index("Not sent yet") < page.text.index(f"Order {sent.number}")


def test_a_bursar_sees_orders_and_writes_none(client, whole, school):
    client.force_login(contact_of(school, "finance"), BACKEND)

    page = client.get(reverse("schools:orders", kwargs={"urn": school.urn}))

    assert "Start an order" not in page.text
    assert at("order_tasks", whole) not in page.text
    assert client.get(at("order_tasks", whole)).status_code == 404
    assert client.get(begin(school)).status_code == 404


PAGES = ("order_tasks", "order_contact", "order_cost", "check_order", "order_pdf")
PARTS = ("order_classes", "order_needs")


@pytest.mark.parametrize("name", [*PAGES, *PARTS])
def test_another_schools_draft_is_not_there(client, whole, name):
    address = at(name, whole, 1 if name in PARTS else None)
    other = contact_of(SchoolFactory())
    client.force_login(other, BACKEND)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["order_tasks", "check_order"])
def test_an_order_is_not_found_under_another_schools_number(client, whole, people, name):
    other = SchoolFactory()
    people[1].person.school_contacts.create(school=other, role="music_lead")

    address = reverse(f"schools:{name}", kwargs={"urn": other.urn, "ref": whole.ref})

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["order_tasks", "order_contact", "check_order"])
def test_what_is_sent_leads_to_its_own_page(client, whole, name):
    SchoolOrder.objects.filter(pk=whole.pk).update(status="submitted", submitted_at=NOON)

    for method in (client.get, client.post):
        if (name, method) != ("order_tasks", client.post):
            assert method(at(name, whole))["Location"] == reverse(
                "schools:order", kwargs={"urn": whole.school.urn, "ref": whole.ref}
            )


def test_the_office_can_write_an_order_for_a_school(client, school, people):
    client.force_login(administrator(), BACKEND)

    page = client.get(begin(school))

    assert "Dele Achebe, headteacher" in page.text


def test_a_school_that_wants_no_approval_needs_nobody_to_agree(client, school):
    school.wants_approval = False
    school.save()

    assert "Whoever sends it" in client.get(begin(school)).text


def test_orders_are_asked_in_few_statements(client, school, year, django_assert_max_num_queries):
    for _ in range(12):
        OrderLineFactory(order=SchoolOrderFactory(school=school, year=year))

    with django_assert_max_num_queries(8):
        client.get(reverse("schools:orders", kwargs={"urn": school.urn}))


def test_the_day_it_is_worked_out_is_today(client, whole):
    page = client.get(at("check_order", whole))

    assert timezone.localdate(page.context["worked_out_at"]) == timezone.localdate()
