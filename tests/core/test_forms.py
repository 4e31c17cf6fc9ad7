"""The pack and its forms: what is printed for a question, and what is said when it is refused."""

import datetime as dt

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template

from core.forms import DateBoxesField, PortalForm, PortalFormMixin
from hms_portal.samples import SampleForm, SampleFormSet
from tests.core.pages import Page

WHOLE = {
    "name": "Priya Sharma",
    "born_on_0": "14",
    "born_on_1": "3",
    "born_on_2": "2018",
    "pupils": "2",
    "year": "4",
    "instrument": "violin",
    "school": "a",
    "days": ["mon"],
    "agrees": "on",
}
DJANGOS = (
    "This field is required",
    "Select a valid choice",
    "Enter a valid",
    "Ensure this value",
    "Enter a whole number",
)


def printed(form):
    template = Template("{% load crispy_forms_tags %}{% crispy form %}")
    return template.render(Context({"form": form, "csrf_token": "x"}))


class DateForm(PortalForm):
    born_on = DateBoxesField(name="Date of birth", label="When was Anya born?")


def boxes(day, month, year):
    return {"born_on_0": day, "born_on_1": month, "born_on_2": year}


@pytest.mark.parametrize("form", [SampleForm(), SampleForm({}), SampleForm(WHOLE)])
def test_pack_prints_a_form_whose_pointers_all_arrive(form):
    page = Page(printed(form))

    assert page.complaints() == []


def test_pack_prints_every_error_twice_and_links_to_its_control():
    form = SampleForm({})
    page = Page(printed(form))

    summary = page.with_class("error-summary")
    links = [link["href"] for link in page.all("a") if link["href"].startswith("#")]
    assert len(summary) == 1
    assert summary[0]["role"] == "alert"
    assert links == [
        "#id_name",
        "#id_born_on_0",
        "#id_pupils",
        "#id_year",
        "#id_instrument_0",
        "#id_school_0",
        "#id_days_0",
        "#id_agrees",
    ]
    assert len(page.with_class("error-message")) == len(links)


def test_pack_marks_every_control_that_is_wrong():
    page = Page(printed(SampleForm({})))
    wrong = {control["name"] for control in page.all("input", **{"aria-invalid": "true"})}

    assert wrong == {"name", "born_on_0", "pupils", "instrument", "school", "days", "agrees"}


def test_pack_says_optional_in_words_and_never_the_attribute_required():
    words = printed(SampleForm())

    assert words.count('<span class="optional">(optional)</span>') == len(
        [field for field in SampleForm().fields.values() if not field.required]
    )
    assert not [found for _, found in Page(words).elements if "required" in found]


def test_pack_puts_every_group_of_choices_in_a_fieldset_with_a_legend():
    page = Page(printed(SampleForm()))

    groups = {"born_on", "instrument", "school", "days"}
    assert len(page.all("legend")) == len(page.all("fieldset")) == len(groups) + 2


def test_pack_keeps_what_was_typed():
    page = Page(printed(SampleForm({**WHOLE, "name": "", "born_on_1": "19", "pupils": "two"})))

    typed = {control["name"]: control.get("value") for control in page.all("input", type="text")}
    assert (typed["born_on_0"], typed["born_on_1"], typed["pupils"]) == ("14", "19", "two")
    ticked = [one["name"] for one in page.all("input") if "checked" in one]
    assert ticked == ["instrument", "school", "days", "agrees"]


@pytest.mark.parametrize("typed", [{}, dict.fromkeys(WHOLE, "%"), {"name": "x" * 300}])
def test_forms_never_speak_djangos_words(typed):
    words = printed(SampleForm(typed, {"photo": SimpleUploadedFile("letter.jpg", b"")}))

    assert [djangos for djangos in DJANGOS if djangos in words] == []


def test_forms_keep_the_words_a_field_was_given():
    class Own(PortalForm):
        classes = forms.IntegerField(error_messages={"required": "Enter how many classes"})
        email = forms.EmailField(label="Email address")
        required_words = {"email": "Enter the address you will open"}

    assert Own({}).errors == {
        "classes": ["Enter how many classes"],
        "email": ["Enter the address you will open"],
    }


def test_forms_of_others_are_dressed_too():
    class Theirs(forms.Form):
        login = forms.EmailField(widget=forms.EmailInput({"placeholder": "Email address"}))

    class Ours(PortalFormMixin, Theirs):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.dress()

    words = printed(Ours({"login": "not an address"}))

    assert "placeholder" not in words
    assert "Enter an email address like name@example.org" in words


@pytest.mark.parametrize(
    ("typed", "said", "box"),
    [
        pytest.param(("", "", ""), "Enter date of birth", 0, id="nothing"),
        pytest.param(("", "9", "2018"), "Date of birth must include a day", 0, id="no day"),
        pytest.param(("7", "", "2018"), "Date of birth must include a month", 1, id="no month"),
        pytest.param(("7", "9", ""), "Date of birth must include a year", 2, id="no year"),
        pytest.param(
            ("4", "19", "2018"), "There is no month 19. Enter a month from 1 to 12", 1, id="month"
        ),
        pytest.param(
            ("32", "1", "2018"), "There is no day 32. Enter a day from 1 to 31", 0, id="day"
        ),
        pytest.param(
            ("7", "9", "18"), "Enter the year in four figures, like 2018", 2, id="short year"
        ),
        pytest.param(
            ("7", "9", "9" * 5000), "The year must be a number, like 2018", 2, id="endless"
        ),
        pytest.param(("7", "Sept", "2018"), "The month must be a number, like 9", 1, id="a word"),
        pytest.param(
            ("29", "2", "2018"), "Date of birth must be a real date, like 7 9 2018", 0, id="no leap"
        ),
    ],
)
def test_date_boxes_refuse_in_a_sentence_and_mark_only_the_wrong_box(typed, said, box):
    form = DateForm(boxes(*typed))

    assert form.errors == {"born_on": [said]}
    page = Page(printed(form))
    marked = [one["id"] for one in page.all("input", **{"aria-invalid": "true"})]
    assert marked == [f"id_born_on_{box}"]
    assert [one["href"] for one in page.all("a")] == [f"#id_born_on_{box}"]
    assert page.complaints() == []


def test_date_boxes_read_a_date_and_print_it_again():
    form = DateForm(boxes("7", "9", "2018"))

    assert form.is_valid()
    assert form.cleaned_data["born_on"] == dt.date(2018, 9, 7)
    shown = Page(printed(DateForm(initial={"born_on": dt.date(2018, 9, 7)})))
    assert [one["value"] for one in shown.all("input", type="text")] == ["7", "9", "2018"]


def test_date_boxes_of_one_form_do_not_mark_those_of_another():
    DateForm(boxes("4", "19", "2018")).is_valid()

    page = Page(printed(DateForm(boxes("", "9", "2018"))))
    assert [one["href"] for one in page.all("a")] == ["#id_born_on_0"]


def test_a_search_does_not_call_everything_optional():
    class Search(PortalForm):
        near = forms.CharField(required=False)
        marks_optional = False

    assert "(optional)" not in printed(Search())


def test_pack_prints_a_formset_whose_errors_lead_to_their_row():
    typed = {
        "form-TOTAL_FORMS": "2",
        "form-INITIAL_FORMS": "0",
        "form-0-name": "Robins",
        "form-0-pupils": "none",
        "form-1-name": "Owls",
        "form-1-pupils": "30",
    }
    formset = SampleFormSet(typed)
    assert not formset.is_valid()
    words = Template("{% load crispy_forms_tags %}{% crispy rows helper %}").render(
        Context({"rows": formset, "helper": formset.forms[0].helper, "csrf_token": "x"})
    )

    page = Page(words)
    assert [one["href"] for one in page.all("a")] == ["#id_form-0-pupils"]
    assert page.complaints() == []
