"""A school sends the list of a class: looked at row by row, then kept; a child taken off again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import sheets
from core.models import AuditRow
from lessons.actions import class_lists as actions
from lessons.models import ClassPupil
from lessons.rules import class_lists as rules
from lessons.rules.class_lists import HEADINGS, Listed, read_rows
from tests.factories.people import administrator
from tests.factories.schools import ClaimCodeFactory, ClassPupilFactory
from tests.lessons.classes.stage import MONDAY, Larkhay
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def larkhay():
    return Larkhay()


@pytest.fixture
def client(client, larkhay):
    sign_in(client, larkhay.lead)
    return client


def page(larkhay, name="class_list", **more):
    where = {"urn": larkhay.school.urn, "ref": larkhay.activity.ref}
    return reverse(f"schools:{name}", kwargs=where | more)


def sheet(*rows, heading=HEADINGS):
    content = "\n".join(",".join(row) for row in [heading, *rows])
    return SimpleUploadedFile("4A.csv", content.encode(), content_type="text/csv")


def listed():
    return list(
        ClassPupil.objects.order_by("given_name").values_list(
            "given_name", "family_name", "has_pp", "has_send"
        )
    )


def keep(larkhay, *children):
    return actions.keep_class_list(
        programme_class=larkhay.klass, children=children, by=larkhay.lead, at=MONDAY
    )


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        pytest.param(("", "Ash"), "There is no first name in this row.", id="no name"),
        pytest.param(("123", "Ash"), "“123” is no first name.", id="a number"),
        pytest.param(("A" * 81, ""), "A name has 80 characters at most.", id="a long name"),
        pytest.param(
            ("Amy", "Ash", "maybe"), "Say yes or no under Pupil Premium, not “maybe”.", id="flag"
        ),
    ],
)
def test_a_row_that_cannot_be_read_says_why(row, refusal):
    [found] = read_rows(HEADINGS, [row])

    assert (found.number, found.child, found.refusal) == (2, None, refusal)


def test_rows_are_read_as_schools_write_them():
    found = read_rows(
        ["first name", "SEND", "Family name", "pupil premium"],
        [
            ("Amy ", "Y", " Ash", "x"),
            ("", "", "", ""),
            ("Ben", "no", "", "0"),
            ("amy", "", "ASH", ""),
        ],
    )

    assert [row.child for row in found] == [
        Listed("Amy", "Ash", has_pp=True, has_send=True), Listed("Ben", ""), None,
    ]  # fmt: skip
    assert found[-1].refusal.startswith("amy ASH is in row 2 already.")


def test_keeping_a_list_adds_changes_and_removes_nobody(larkhay):
    keep(larkhay, Listed("Amy", "Ash"), Listed("Ben", "Bell"), Listed("Cy", "Cole"))

    kept = keep(larkhay, Listed("amy", "ash", has_pp=True), Listed("Ben", "Bell"), Listed("Di", ""))

    assert kept == actions.Kept(added=1, changed=1, same=1)
    assert listed() == [
        ("Amy", "Ash", True, False),
        ("Ben", "Bell", False, False),
        ("Cy", "Cole", False, False),
        ("Di", "", False, False),
    ]


def test_two_lists_do_not_make_a_class_of_a_hundred(larkhay):
    keep(larkhay, *(Listed(f"Amy{number}", "") for number in range(30)))

    with pytest.raises(rules.NotAClass, match="60 rows, and 29 children are expected"):
        keep(larkhay, *(Listed(f"Ben{number}", "") for number in range(30)))

    assert ClassPupil.objects.count() == 30


def test_a_sheet_is_looked_at_and_then_kept(client, larkhay):
    ClassPupilFactory(programme_class=larkhay.klass, given_name="Cy", family_name="Cole")
    rows = [("Amy", "Ash", "yes", ""), ("Ben", "", "", "what"), ("cy", "cole", "", "")]

    looked = client.post(page(larkhay), {"sheet": sheet(*rows)})

    shown = looked.content.decode()
    assert "1 row cannot be read" in shown
    assert "Row 3: Say yes or no under SEND, not “what”." in shown
    assert "New: 1" in shown
    assert "On the list already: 1" in shown
    assert ClassPupil.objects.count() == 1

    done = client.post(page(larkhay), {"looked_at": looked.context["looked_at"]}, follow=True)

    assert "1 new, 0 changed, 1 as before" in done.content.decode()
    assert listed() == [("Amy", "Ash", True, False), ("Cy", "Cole", False, False)]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        pytest.param(sheet(("x",), heading=("Name",)), "names no column First name", id="heading"),
        pytest.param(SimpleUploadedFile("a.csv", b"First name\n"), "no rows", id="no rows"),
        pytest.param(
            SimpleUploadedFile("a.xlsx", b"PK\x03\x04nothing"), "cannot be opened", id="broken"
        ),
        pytest.param(SimpleUploadedFile("a.csv", b"x" * 1_000_001), "too big", id="too big"),
        pytest.param(
            sheet(*((f"Amy{number}", "") for number in range(40)), heading=HEADINGS[:2]),
            "40 rows, and 29 children are expected",
            id="more than a class",
        ),
    ],
)
def test_a_sheet_that_is_no_list_of_the_class_is_refused_in_words(client, larkhay, sent, words):
    sent.seek(0)

    reply = client.post(page(larkhay), {"sheet": sent})

    assert reply.status_code == 422
    assert words in reply.content.decode()
    assert not ClassPupil.objects.exists()


def test_a_workbook_is_read_too(client, larkhay):
    book = sheets.xlsx_of(HEADINGS, [("Amy", "Ash", "yes", "no")])

    looked = client.post(page(larkhay), {"sheet": SimpleUploadedFile("4A.xlsx", book)})

    assert "New: 1" in looked.content.decode()


def test_what_one_looked_at_is_kept_by_nobody_else_and_for_no_other_class(client, larkhay):
    looked = client.post(page(larkhay), {"sheet": sheet(("Amy", "Ash", "", ""))})
    other = Larkhay(name="Oak School", start="13:30", teacher=larkhay.teacher)
    said = {"looked_at": looked.context["looked_at"]}

    sign_in(client, other.lead)
    client.post(page(other), said)
    sign_in(client, larkhay.contact("head"))
    client.post(page(larkhay), said)

    assert not ClassPupil.objects.exists()


def test_the_sheet_to_fill_holds_the_list_as_it_is(client, larkhay):
    ClassPupilFactory(programme_class=larkhay.klass, given_name="=Amy", has_pp=True)

    taken = client.get(page(larkhay, "class_list_sheet")).content.decode("utf-8-sig")

    assert taken.splitlines() == ["First name,Family name,Pupil Premium,SEND", "'=Amy,,yes,no"]


def test_a_child_is_taken_off_the_list(client, larkhay):
    pupil = ClassPupilFactory(programme_class=larkhay.klass)

    client.post(page(larkhay, "remove_pupil", pupil=pupil.ref))

    assert not ClassPupil.objects.exists()


def test_a_child_with_a_letter_home_stays_until_somebody_looks_at_it(client, larkhay):
    pupil = ClassPupilFactory(programme_class=larkhay.klass, given_name="Amy")
    ClaimCodeFactory(programme_class=larkhay.klass, pupil=pupil)

    reply = client.post(page(larkhay, "remove_pupil", pupil=pupil.ref), follow=True)

    assert "A letter home was made for Amy" in reply.content.decode()
    assert ClassPupil.objects.exists()


def test_no_office_and_no_bursar_opens_a_class_list(client, larkhay):
    pupil = ClassPupilFactory(programme_class=larkhay.klass)
    for stranger in (administrator(), larkhay.contact("finance"), larkhay.teacher):
        sign_in(client, stranger)
        assert client.get(page(larkhay)).status_code == 404
        assert client.get(page(larkhay, "class_list_sheet")).status_code == 404
        assert client.post(page(larkhay, "remove_pupil", pupil=pupil.ref)).status_code == 404
    assert ClassPupil.objects.exists()


def test_the_audit_says_that_a_list_changed_and_never_who_is_on_it(larkhay):
    keep(larkhay, Listed("Zebedee", "Quill", has_pp=True, has_send=True))
    actions.remove_pupil(pupil=ClassPupil.objects.get(), by=larkhay.lead, at=MONDAY)

    rows = AuditRow.objects.filter(table="lessons_classpupil").order_by("id")
    assert [row.op for row in rows] == ["insert", "delete"]
    kept = str([(row.old, row.new) for row in rows])
    assert not any(word in kept for word in ("Zebedee", "Quill", "has_pp", "has_send"))
