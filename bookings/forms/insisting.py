"""A box for the office: plan something over an hour that a school has not agreed to yet."""

from typing import Any

from django import forms

from bookings.rules.promises import HourPromised
from core.refusals import RuleBroken
from people.forms import QuestionForm

STILL = "Plan it all the same: whoever the hour is kept for is asked again"


class InsistingForm(QuestionForm):
    """The box comes with the refusal that it answers, to those who may insist.

    A tick counts for the time that was refused: another time may be kept for another school.
    """

    def __init__(self, *args: Any, may_insist: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_insist = may_insist

    @property
    def spell(self) -> str:
        """The time that is asked for, as a tick says which one was seen."""
        raise NotImplementedError

    @property
    def is_all_the_same(self) -> bool:
        return bool(self.may_insist and self.data.get("all_the_same") == self.spell)

    def refuse(self, broken: RuleBroken) -> None:
        """Say why not. Where the office may insist it is asked, each time anew."""
        insisted = self.is_all_the_same
        self.add_error(None, str(broken))
        if isinstance(broken, HourPromised) and broken.undecided and self.may_insist:
            self._ask(broken.box, is_ticked=False)
        elif insisted:
            self._ask(STILL, is_ticked=True)

    def _ask(self, label: str, *, is_ticked: bool) -> None:
        self.fields["all_the_same"] = forms.BooleanField(
            label=label,
            required=False,
            widget=forms.CheckboxInput({"value": self.spell}, check_test=lambda _: is_ticked),
            help_text="The school and the office are told within minutes what we can do now.",
        )
        self.dress()
