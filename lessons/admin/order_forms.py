"""What staff are asked before they quote for, decline or cancel what a school ordered."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from lessons.actions.orders import Adjustment
from lessons.models import OrderLine

_MOST = Decimal(100_000)


class QuoteForm(forms.Form):
    """Our price list, or for one order a line at another price and why; a word to the school."""

    note = forms.CharField(
        label="A word to the school",
        help_text="It stands in the letter and on the page of the order.",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        lines: Sequence[OrderLine] = (),
        facts: Mapping[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """`facts`: of each line by its key, what it costs and what we answered."""
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"adjustment_{line.pk}"] = forms.DecimalField(
                label=f"{line.programme}, more or less than our prices, in pounds",
                help_text=f"{(facts or {}).get(line.pk, '')} -50 takes £50 off. Empty: at our"
                " prices.".strip(),
                required=False,
                max_digits=9,
                decimal_places=2,
                min_value=-_MOST,
                max_value=_MOST,
            )
            self.fields[f"reason_{line.pk}"] = forms.CharField(
                label="Why, as the school reads it", required=False, max_length=300
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for line in self.lines:
            if said.get(f"adjustment_{line.pk}") and not said.get(f"reason_{line.pk}"):
                self.add_error(f"reason_{line.pk}", "Say why the price differs.")
        return said

    @property
    def adjustments(self) -> dict[int, Adjustment]:
        said = self.cleaned_data
        return {
            line.pk: Adjustment(said[f"adjustment_{line.pk}"], said[f"reason_{line.pk}"])
            for line in self.lines
            if said.get(f"adjustment_{line.pk}")
        }


class ReasonForm(forms.Form):
    """Why, in words the school reads."""

    reason = forms.CharField(
        label="Why, as the school reads it", max_length=300, widget=forms.Textarea({"rows": 3})
    )
