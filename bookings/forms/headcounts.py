"""The shape of a register by headcount, as its page posts it."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bookings.actions import SaidHeads, heads_of
from bookings.forms.registers import whole_number
from bookings.models import ClassReturn, Session
from bookings.rules import headcounts
from bookings.rules.headcounts import Heads
from core.forms import PortalForm, WholeNumberInput
from core.refusals import RuleBroken

_MOST = {"max_length": "Say it in %(limit_value)d characters or fewer"}
_COUNTED = {"data-heads": "", "class": "w-5"}


class HeadcountForm(PortalForm):
    """How many are here, how many joined in, and what the page showed of both."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    note_seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    present = forms.IntegerField(
        label="How many are here?",
        required=False,
        min_value=0,
        widget=WholeNumberInput(_COUNTED),
        error_messages={"invalid": "Enter how many are here, for example 28"},
    )
    joined_in = forms.IntegerField(
        label="How many joined in?",
        help_text="Leave it empty if all did, or if you did not count.",
        required=False,
        min_value=0,
        widget=WholeNumberInput(_COUNTED),
        error_messages={"invalid": "Enter how many joined in, for example 27"},
    )
    school_note = forms.CharField(
        label="A word for the school",
        help_text="The school reads this. Name no child.",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        error_messages=_MOST,
    )
    note = forms.CharField(
        label="Lesson note",
        help_text="For whoever teaches this class next.",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages=_MOST,
    )

    def __init__(
        self, *args: Any, session: Session, counted: ClassReturn | None, **kwargs: Any
    ) -> None:
        self.session, self.counted = session, counted
        self.expected = counted.expected if counted else session.heads_expected
        initial = {
            "key": uuid.uuid4(),
            "note": session.note,
            "note_seen": session.note,
            "present": counted.present if counted else None,
            "joined_in": counted.joined_in if counted else None,
            "school_note": counted.note if counted else "",
        }
        super().__init__(*args, initial=initial, **kwargs)
        shown = {
            "was": str(heads_of(counted)) if counted else "",
            "wrote": counted.note if counted else "",
            "seen": counted.version if counted else headcounts.NONE_YET,
        }
        for what, value in shown.items():
            self.fields[f"{what}_{session.ref}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=value, strip=False
            )
        self.dress()

    @property
    def hidden(self) -> list[Any]:
        return [self[f"{what}_{self.session.ref}"] for what in ("was", "wrote", "seen")]

    def clean_present(self) -> int | None:
        """The button that says so without typing counts the whole class."""
        all_here = self.expected if "all" in self.data else None
        present: int | None = all_here or self.cleaned_data["present"]
        return present

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.errors:
            return told
        present, joined = told["present"], told["joined_in"]
        if present is None:
            if joined is not None or told["school_note"]:
                raise ValidationError({"present": "Enter how many are here, for example 28"})
            return told
        try:
            headcounts.check_heads(Heads(present, joined), expected=self.expected)
        except RuleBroken as broken:
            wrong = "joined_in" if joined is not None and joined > present > 0 else "present"
            raise ValidationError({wrong: str(broken)}) from broken
        return told

    def said(self) -> list[SaidHeads]:
        """What differs from what the page showed: only that was said."""
        told, ref = self.cleaned_data, self.session.ref
        if told["present"] is None:
            return []
        heads, note = Heads(told["present"], told["joined_in"]), told["school_note"]
        is_noted = note != told[f"wrote_{ref}"]
        if str(heads) == told[f"was_{ref}"] and not is_noted:
            return []
        seen = whole_number(told[f"seen_{ref}"])
        # The same page sent twice says the same thing under the same key.
        page = told["key"] or uuid.UUID(int=0)
        key = uuid.uuid5(page, f"{ref}:{seen}:{heads}:{note}")
        return [SaidHeads(key, heads, note if is_noted else None, seen)]
