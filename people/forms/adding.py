"""The questions of adding a child, one form each."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html

from core.forms import DateBoxesField, PicturesRadio
from core.refusals import RuleBroken
from people import rules
from people.drafts import Draft
from people.forms.fields import HELPS, Line, Note, Phone, helps_from_words, helps_in_words
from people.forms.question import QuestionForm
from people.models import ConsentWording

FACES = {
    "asha": "A bun",
    "dev": "Short black hair",
    "mei": "Long black hair",
    "tom": "Red hair",
    "zara": "A purple headscarf",
    "ada": "Big curls",
}
RELATIONSHIPS = (
    ("parent", "Parent"),
    ("step-parent", "Step-parent"),
    ("guardian", "Legal guardian"),
    ("foster carer", "Foster carer"),
    ("grandparent", "Grandparent"),
    ("carer", "Another carer"),
)


class NameForm(QuestionForm):
    given_name = Line(label="First name, as on the passport or birth certificate")
    family_name = Line(label="Family name", required=False)
    known_as = Line(
        label="Name they like to be called by",
        required=False,
        help_text="If it is another than the first name. We use it on pages and registers.",
    )
    required_words: Mapping[str, str] = {"given_name": "Enter the child’s first name"}

    @classmethod
    def from_draft(cls, draft: Draft) -> dict[str, Any]:
        return {
            "given_name": draft.given_name,
            "family_name": draft.family_name,
            "known_as": draft.known_as,
        }


class BornForm(QuestionForm):
    born_on = DateBoxesField(
        name="Date of birth",
        example="14 3 2018",
        label="Date of birth",
        help_text=(
            "For example, 14 3 2018. It tells us the school year, so you are never shown a group"
            " for others."
        ),
    )

    @classmethod
    def from_draft(cls, draft: Draft) -> dict[str, Any]:
        return {"born_on": draft.birthday}

    def __init__(self, *args: Any, child_name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if child_name:
            self.fields["born_on"].label = f"When was {child_name} born?"
            self.fields["born_on"].error_messages["required"] = (
                f"Enter {child_name}’s date of birth, like 14 3 2018"
            )

    def clean_born_on(self) -> Any:
        born_on = self.cleaned_data["born_on"]
        try:
            rules.check_child(born_on, on=timezone.localdate())
        except RuleBroken as broken:
            self.fields["born_on"].mark(2)  # type: ignore[attr-defined]  # the year's box
            raise forms.ValidationError(str(broken)) from broken
        return born_on

    def answers(self) -> dict[str, Any]:
        return {"born_on": self.cleaned_data["born_on"].isoformat()}


def year_choices(worked_out: str) -> list[tuple[str, str]]:
    years = range(rules.YOUNGEST, rules.OLDEST + 1)
    return [
        ("", f"{worked_out}, from the date of birth"),
        *((str(year), rules.year_in_words(year)) for year in years),
    ]


class YearForm(QuestionForm):
    """The school year, where a child is taught with older or younger children."""

    set_year_group = forms.TypedChoiceField(
        label="School year", coerce=int, empty_value=None, required=False
    )

    @classmethod
    def from_draft(cls, draft: Draft) -> dict[str, Any]:
        return {"set_year_group": draft.set_year_group}

    def __init__(self, *args: Any, worked_out: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("set_year_group", year_choices(worked_out))

    def answers(self) -> dict[str, Any]:
        return {"set_year_group": self.cleaned_data["set_year_group"]}


class HelpForm(QuestionForm):
    helps = forms.MultipleChoiceField(
        label="Choose anything that makes a lesson easier",
        choices=HELPS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=(
            "The teacher sees this before the first lesson, in your words. You do not have to name"
            " a condition."
        ),
    )
    own_words = Note(
        label="In your own words",
        required=False,
        help_text="What works, what does not, what they would like the teacher to know.",
    )

    @classmethod
    def from_draft(cls, draft: Draft) -> dict[str, Any]:
        helps, own_words = helps_from_words(draft.what_helps)
        return {"helps": helps, "own_words": own_words}

    def what_helps(self) -> str:
        return helps_in_words(self.cleaned_data["helps"], self.cleaned_data["own_words"])

    def answers(self) -> dict[str, Any]:
        return {"what_helps": self.what_helps()}


class ContactForm(QuestionForm):
    """Whom to ring, and what somebody who gives first aid must know."""

    relationship = forms.ChoiceField(
        label="You are the child’s", choices=RELATIONSHIPS, widget=forms.RadioSelect
    )
    emergency_name = Line(label="Whom do we ring in an emergency?", help_text="Their full name.")
    emergency_phone = Phone(label="Their telephone number")
    medical = Note(
        label="Anything medical we must know",
        required=False,
        help_text=(
            "For example an allergy, or medicine they carry. It is stored sealed: only those who"
            " teach or look after them can open it, and every opening is written down."
        ),
    )
    required_words: Mapping[str, str] = {
        "relationship": "Choose what you are to the child",
        "emergency_name": "Enter the name of somebody we can ring",
        "emergency_phone": "Enter a telephone number, like 01632 960 001",
    }

    @classmethod
    def from_draft(cls, draft: Draft) -> dict[str, Any]:
        name, _, phone = draft.emergency_contacts.rpartition(", ")
        return {
            "relationship": draft.relationship,
            "emergency_name": name,
            "emergency_phone": phone,
            "medical": draft.medical,
        }

    def __init__(self, *args: Any, child_name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if child_name:
            self.fields["relationship"].label = f"You are {child_name}’s"

    def emergency_contacts(self) -> str:
        return f"{self.cleaned_data['emergency_name']}, {self.cleaned_data['emergency_phone']}"

    def answers(self) -> dict[str, Any]:
        return {
            "relationship": self.cleaned_data["relationship"],
            "medical": self.cleaned_data["medical"],
            "emergency_contacts": self.emergency_contacts(),
        }


class PhotoForm(QuestionForm):
    """Yes or no to the words in force. Nothing is chosen beforehand."""

    photo = forms.ChoiceField(
        label="Photographs",
        choices=[("no", "No photographs"), ("yes", "Yes, you may")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no. Either answer is fine"},
    )

    @classmethod
    def from_draft(cls, draft: Draft) -> dict[str, Any]:
        return {"photo": draft.photo}

    def __init__(
        self, *args: Any, wording: ConsentWording | None, child_name: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["photo"]
        field.label = f"May we take photographs of {child_name}?"
        if wording:
            field.help_text = consent_hint(wording, child_name)

    def answers(self) -> dict[str, Any]:
        return {"photo": self.cleaned_data["photo"]}


class PictureForm(QuestionForm):
    """A drawn face, never a photograph."""

    tile = forms.ChoiceField(
        label="Which picture?",
        choices=list(FACES.items()),
        widget=PicturesRadio(tiles={name: name for name in FACES}),
    )

    @classmethod
    def from_draft(cls, draft: Draft) -> dict[str, Any]:
        return {"tile": draft.tile}

    def answers(self) -> dict[str, Any]:
        return {"tile": self.cleaned_data["tile"]}


def consent_hint(wording: ConsentWording, child_name: str) -> str:
    """What is asked, why, and how to take the answer back: escaped, as a hint is not."""
    asked = wording.wording.replace("{child}", child_name)
    return format_html("{} {} {}", asked, wording.why, wording.withdraw)
