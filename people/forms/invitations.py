"""The shape of an invitation: to which address, as what, to do what, for which children."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms

from core.forms import HintedCheckboxes
from people import rules
from people.forms.adding import RELATIONSHIPS
from people.forms.question import QuestionForm
from people.models import Person

# Asked in this order; the second line says what it means for the child's privacy.
MAY_CHOICES = {
    "may_see": ("See", "Lessons, calendar and attendance"),
    "may_book": (
        "Book",
        "Book, change and leave lessons, answer permissions, invite others, and read and change"
        " what helps or is medical",
    ),
    "may_pay": ("Pay", "See the bills and pay them"),
    "may_collect": ("Collect", "Staff may let the children leave with them"),
}


class InviteForm(QuestionForm):
    """Nothing is chosen beforehand, and nothing is offered that the inviter may not do."""

    email = forms.EmailField(
        label="Their email address",
        max_length=254,
        help_text="We write to it once. Only whoever proves that it is theirs can accept.",
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    relationship = forms.ChoiceField(
        label="What are they to the children?", choices=RELATIONSHIPS, widget=forms.RadioSelect
    )
    children = forms.MultipleChoiceField(
        label="For whom?", choices=(), widget=forms.CheckboxSelectMultiple
    )
    may = forms.MultipleChoiceField(
        label="What may they do?",
        choices=(),
        widget=HintedCheckboxes,
        help_text="Choose each one you mean. Nothing else is included.",
    )
    required_words: Mapping[str, str] = {
        "email": "Enter their email address, like name@example.org",
        "relationship": "Choose what they are to the children",
        "children": "Choose at least one child",
        "may": "Choose at least one thing they may do",
    }

    def __init__(
        self,
        *args: Any,
        children: Sequence[Person],
        own: Collection[str],
        own_addresses: Collection[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own_addresses = own_addresses
        self.offer(
            "may",
            [(right, label) for right, (label, _) in MAY_CHOICES.items() if right in own],
            {right: hint for right, (_, hint) in MAY_CHOICES.items()},
        )
        if children[1:]:
            self.offer("children", [(str(child.ref), child.first_name) for child in children])
        else:
            del self.fields["children"]
            self.fields["relationship"].label = f"What are they to {children[0].first_name}?"
        self.dress()

    def clean_may(self) -> list[str]:
        may = list(self.cleaned_data["may"])
        try:
            rules.check_books_seeing(may)
        except rules.BooksUnseen as broken:
            raise forms.ValidationError(str(broken)) from broken
        return may

    def clean_email(self) -> str:
        address = str(self.cleaned_data["email"]).lower()
        if address in self.own_addresses:
            raise forms.ValidationError("This is your own address. Enter the other adult’s")
        return address
