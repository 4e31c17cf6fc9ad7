"""How an order begins, whom we talk to about it, and under what number we bill it."""

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from core.forms import HintedRadio, PortalForm
from lessons.actions.drafts import Begin, Contact
from lessons.queries.drafts import People
from lessons.rules.orders import tidy_po
from people.models import SchoolContact

LONGEST_PO = 40
NOBODY = "none"
GO_AHEAD, FOR_GOVERNORS = "go", "price"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class PurchaseOrderField(forms.CharField):
    """A purchase order number, now or later, however it was spaced."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Purchase order number",
            required=False,
            max_length=LONGEST_PO,
            widget=forms.TextInput({"class": "w-20", "autocomplete": "off"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return tidy_po(_UNPRINTABLE.sub(" ", str(value or "")))


class ContactForm(PortalForm):
    """Whom we talk to, who agrees, where the invoice goes, and how sure the school is."""

    contact = forms.ChoiceField(label="Who do we talk to about this order?")
    approver = forms.ChoiceField(label="Who agrees to it?")
    invoice_email = forms.EmailField(
        label="Where do invoices go?",
        required=False,
        max_length=254,
        help_text="An email address at the school or the trust.",
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    sure = forms.ChoiceField(
        label="How sure are you?",
        choices=[(GO_AHEAD, "We will go ahead"), (FOR_GOVERNORS, "We need a price for governors")],
        widget=forms.RadioSelect,
        initial=GO_AHEAD,
    )
    required_words: Mapping[str, str] = {"sure": "Choose how sure you are"}

    def __init__(self, *args: Any, people: People, wants_approval: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.ref): one.person for one in people.everybody}
        self._choose("contact", people.everybody)
        self._choose("approver", people.approvers)
        if not wants_approval or not people.approvers:
            nobody = "Whoever sends it" if not wants_approval else "Nobody has an account yet"
            self._field("approver").choices = [
                (NOBODY, nobody),
                *self._field("approver").choices,
            ]
        self.dress()

    def told(self) -> Contact:
        return Contact(
            person=self.people[self.cleaned_data["contact"]],
            approver=self.people.get(self.cleaned_data["approver"]),
            invoice_email=self.cleaned_data["invoice_email"],
            is_for_governors=self.cleaned_data["sure"] == FOR_GOVERNORS,
        )

    def _choose(self, name: str, contacts: Sequence[SchoolContact]) -> None:
        self._field(name).choices = [
            (str(one.person.ref), f"{one.person}, {one.get_role_display()}") for one in contacts
        ]

    def _field(self, name: str) -> Any:
        return self.fields[name]


class StartOrderForm(ContactForm):
    """From last year's order, with the same children, or fresh."""

    begin = forms.ChoiceField(
        label="How would you like to begin?",
        widget=HintedRadio,
        help_text="You check every line before anything is sent.",
    )

    def __init__(self, *args: Any, begins: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self._field("begin")
        field.choices = [(value, words) for value, (words, _) in begins.items()]
        field.widget.hints = {value: hint for value, (_, hint) in begins.items()}
        self.dress()

    @property
    def begins(self) -> tuple[Begin, uuid.UUID | None]:
        """How, and from which order where the year before had several: copy, copy:0f47…"""
        how, _, ref = self.cleaned_data["begin"].partition(":")
        return Begin(how), uuid.UUID(ref) if ref else None


class OrderContactForm(ContactForm):
    """Everything about an order that is not a class, once it is begun."""

    po_number = PurchaseOrderField(help_text="You can give it later, on the order’s own page.")
