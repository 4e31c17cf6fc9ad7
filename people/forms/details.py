"""Corrections: one's own details, a child's, what helps, and the answers to consents."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from core.forms import PortalForm
from people.forms.adding import FACES, BornForm, YearForm, consent_hint, year_choices
from people.forms.fields import HELPS, Line, Note, helps_from_words, helps_in_words
from people.forms.question import QuestionForm
from people.forms.schools import SchoolForm, check_school_named, school_choices, school_told
from people.models import ConsentWording, School

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")


class MyDetailsForm(QuestionForm):
    given_name = Line(label="First name", widget=forms.TextInput({"autocomplete": "given-name"}))
    family_name = Line(
        label="Family name",
        required=False,
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    known_as = Line(label="Name you like to be called by", required=False)
    phone = Line(
        label="Telephone number",
        required=False,
        max_length=30,
        help_text="Only for a place being offered, or a lesson cancelled on the day.",
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel", "class": "w-20"}),
    )
    address_line = Line(
        label="Address",
        required=False,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )
    town = Line(
        label="Town",
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "address-level2"}),
    )
    postcode = Line(
        label="Postcode",
        required=False,
        max_length=10,
        widget=forms.TextInput({"autocomplete": "postal-code", "class": "w-10"}),
    )
    required_words: Mapping[str, str] = {"given_name": "Enter your first name"}

    def clean_postcode(self) -> str:
        postcode = "".join(self.cleaned_data["postcode"].upper().split())
        if not postcode:
            return ""
        parts = _POSTCODE.fullmatch(postcode)
        if parts is None:
            raise forms.ValidationError("Enter a whole postcode, like AL1 3JQ")
        return " ".join(parts.groups())


class ChildForm(QuestionForm):
    """Everything about a child but care and consents: one short page for a correction."""

    given_name = Line(label="First name")
    family_name = Line(label="Family name", required=False)
    known_as = Line(label="Name they like to be called by", required=False)
    born_on = BornForm.base_fields["born_on"]
    set_year_group = YearForm.base_fields["set_year_group"]
    school = SchoolForm.base_fields["school"]
    school_in_words = SchoolForm.base_fields["school_in_words"]
    tile = forms.ChoiceField(label="Picture", choices=list(FACES.items()))
    required_words: Mapping[str, str] = {"given_name": "Enter the child’s first name"}

    clean_born_on = BornForm.clean_born_on

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        check_school_named(self)
        return told

    def school_told(self) -> dict[str, Any]:
        return school_told(self.cleaned_data, self.found)

    def __init__(
        self, *args: Any, found: list[School], child_name: str, worked_out: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(school.pk): school for school in found}
        self.offer("school", *school_choices(self.found, child_name))
        self.offer("set_year_group", year_choices(worked_out))


class NeedsForm(QuestionForm):
    """What helps, what is medical, whom to ring; and consents not answered yet."""

    helps = forms.MultipleChoiceField(
        label="What makes a lesson easier?",
        choices=HELPS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The teacher sees this before the first lesson. No condition has to be named.",
    )
    own_words = Note(label="In your own words", required=False)
    emergency_contacts = Note(
        label="Whom do we ring in an emergency?",
        rows=2,
        max_length=400,
        help_text=(
            "Their name and telephone number. Two people are better than one. The other adults who"
            " book for the child read it too, unless your home is hidden from them."
        ),
    )
    medical = Note(
        label="Anything medical we must know",
        required=False,
        help_text=(
            "Stored sealed: only those who teach or look after them can open it, and every opening"
            " is written down."
        ),
    )
    required_words: Mapping[str, str] = {
        "emergency_contacts": "Enter a name and a telephone number we can ring"
    }

    @staticmethod
    def from_care(what_helps: str, medical: str, emergency_contacts: str) -> dict[str, Any]:
        helps, own_words = helps_from_words(what_helps)
        return {
            "helps": helps,
            "own_words": own_words,
            "medical": medical,
            "emergency_contacts": emergency_contacts,
        }

    def __init__(
        self,
        *args: Any,
        questions: list[ConsentWording],
        child_name: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for wording in questions:
            self.fields[f"consent_{wording.kind}"] = forms.ChoiceField(
                label=wording.title,
                choices=[("yes", "Yes"), ("no", "No")],
                widget=forms.RadioSelect,
                help_text=consent_hint(wording, child_name),
                error_messages={"required": f"Choose yes or no: {wording.title.lower()}"},
            )
        self.dress()

    def leave_out_care(self) -> None:
        """For somebody who books for a child and may not read what is sealed."""
        for name in ("helps", "own_words", "emergency_contacts", "medical"):
            del self.fields[name]

    def what_helps(self) -> str:
        return helps_in_words(self.cleaned_data["helps"], self.cleaned_data["own_words"])

    def answered(self) -> list[tuple[ConsentWording, bool]]:
        return [
            (wording, self.cleaned_data[f"consent_{wording.kind}"] == "yes")
            for wording in self.questions
        ]


class ConsentForm(PortalForm):
    """One answer, given or taken back with one tap."""

    kind = forms.ChoiceField(choices=ConsentWording.Kind.choices)
    answer = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])


class DigestForm(PortalForm):
    """The weekly email, asked for or stopped with one tap."""

    answer = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
