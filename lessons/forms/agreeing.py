"""What a school says about an order it has sent: yes by name, a purchase order, or no longer."""

from decimal import Decimal
from typing import Any

from django import forms

from core.forms import PortalFormMixin
from lessons.forms.orders import PurchaseOrderField
from people.forms import QuestionForm


class AgreeForm(QuestionForm):
    """Who says yes, as what, and that they have read what they say yes to."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": "Say who agrees"},
    )
    role = forms.CharField(
        label="Your part at the school",
        max_length=60,
        widget=forms.TextInput({"autocomplete": "organization-title"}),
        error_messages={"required": "Say as what you agree, like headteacher"},
    )
    has_read = forms.BooleanField(
        label="I have read the agreement, and I agree for the school",
        error_messages={"required": "Read the agreement, then tick to agree for the school"},
    )


class ShownForm(PortalFormMixin, forms.Form):
    """What stood on the page that was pressed: the total, and which text was there to read."""

    total = forms.DecimalField(max_digits=9, decimal_places=2)
    text = forms.IntegerField(required=False)

    @property
    def shown(self) -> Decimal:
        """What the page said; less than nothing, which is no price, where it said none."""
        return self.cleaned_data["total"] if self.is_valid() else Decimal(-1)


class PurchaseOrderForm(QuestionForm):
    """The school's own number for its bill, whenever it has one."""

    po_number = PurchaseOrderField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["po_number"].required = True
        self.fields["po_number"].error_messages["required"] = "Type the purchase order number"


class CancelForm(QuestionForm):
    """Why the order is ended."""

    reason = forms.CharField(
        label="Why are you cancelling it?",
        help_text="We read it, and it stands in the history of this order.",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        error_messages={
            "required": "Say in a few words why you are cancelling it",
            "max_length": "Say it in 300 characters or fewer",
        },
    )
