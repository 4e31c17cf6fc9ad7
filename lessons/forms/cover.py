"""Whom a head asks to cover, and whom they look for by name."""

from typing import Any
from urllib.parse import urlencode

from django import forms

from core.forms import PortalForm
from people.models import Person

LONGEST_PAGE_NUMBER = 4
LONGEST_NAME = 60


class AskCoverForm(forms.Form):
    """One person, from a button beside their name: no box of all the county's teachers."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.filter(staff__isnull=False),
        to_field_name="ref",
        error_messages={
            "required": "Choose who is to come",
            "invalid_choice": "They cannot be chosen any more. Choose somebody else",
        },
    )

    @property
    def chosen(self) -> Person:
        person: Person = self.cleaned_data["person"]
        return person


class NameForm(PortalForm):
    """Somebody by name, where a head wants to know why they are not among the first."""

    marks_optional = False

    name = forms.CharField(
        label="Look for somebody by name",
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, asked: Any, **kwargs: Any) -> None:
        self.page = _page_in(asked.get("page", ""))
        super().__init__(asked, auto_id="id_look_%s", **kwargs)

    @property
    def sought(self) -> str:
        return str(self.cleaned_data.get("name", "")) if self.is_valid() else ""

    def address(self, *, page: int) -> str:
        return "?" + urlencode({"name": self.sought, "page": page})


def _page_in(typed: str) -> int:
    is_number = typed.isdecimal() and len(typed) <= LONGEST_PAGE_NUMBER
    return int(typed) if is_number else 1
