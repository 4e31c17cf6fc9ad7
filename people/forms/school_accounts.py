"""The shape of speaking for a school: which one, as what; and whom to ask beside oneself."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms

from core import words
from core.forms import HintedCheckboxes, HintedRadio
from people.forms.fields import Line
from people.forms.question import QuestionForm
from people.models import School
from people.rules import school_parts


def part_choices(
    offered: Collection[str],
) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The parts in the order in which they are asked about, each with what it may do."""
    parts = {part: told for part, told in school_parts.PARTS.items() if part in offered}
    return (
        [(part, title) for part, (title, _) in parts.items()],
        {part: meaning for part, (_, meaning) in parts.items()},
    )


class ClaimSchoolForm(QuestionForm):
    """A school of those found, and what somebody is there. Nothing is chosen beforehand."""

    school = forms.ChoiceField(
        label="Which school?", widget=HintedRadio, error_messages={"required": "Choose a school"}
    )
    roles = forms.MultipleChoiceField(
        label="What are you there?",
        choices=(),
        widget=HintedCheckboxes,
        error_messages={"required": "Choose at least one thing that you are there"},
    )
    job_title = Line(
        label="Your job title",
        max_length=80,
        help_text="As the school office would say it.",
        error_messages={"required": "Enter your job title"},
    )

    def __init__(self, *args: Any, found: Sequence[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(school.urn): school for school in found}
        self.offer(
            "school",
            [(urn, school.name) for urn, school in self.found.items()],
            {urn: _where(school) for urn, school in self.found.items()},
        )
        self.offer("roles", *part_choices(school_parts.PARTS))
        self.dress()

    @property
    def chosen(self) -> School:
        return self.found[self.cleaned_data["school"]]


class InviteColleagueForm(QuestionForm):
    """To which address, and as what."""

    email = forms.EmailField(
        label="Their email address",
        max_length=254,
        help_text="We write to it once. Only whoever proves that it is theirs can accept.",
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    roles = forms.MultipleChoiceField(
        label="What are they at the school?", choices=(), widget=HintedCheckboxes
    )
    required_words: Mapping[str, str] = {
        "email": "Enter their email address, like name@example.org",
        "roles": "Choose at least one thing that they are there",
    }

    def __init__(self, *args: Any, own_address: str, gives: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_address = own_address
        choices, hints = part_choices(school_parts.PARTS)
        later = {part: f"{hints[part]}. We check this with the school first" for part in hints}
        self.offer("roles", choices, {**later, **{part: hints[part] for part in gives}})
        self.dress()

    def clean_email(self) -> str:
        address = str(self.cleaned_data["email"]).lower()
        if address == self.own_address:
            raise forms.ValidationError("This is your own address. Enter your colleague’s")
        return address


class RefuseClaimForm(forms.Form):
    """Why, in words that whoever asked will read."""

    reason = Line(
        label="Why? They read this",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why: they read it"},
    )


def _where(school: School) -> str:
    if school.status == School.Status.CLOSED:
        when = f" on {words.day(school.closed_on)}" if school.closed_on else ""
        return f"Closed{when}"
    address = ", ".join(filter(None, [school.address_line, school.town, school.postcode]))
    return f"{address} (URN {school.urn})".strip()
