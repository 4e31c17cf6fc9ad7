"""The code of a letter of assurance, as somebody at a school's door types it."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError

from core.forms import PortalForm
from safeguarding import rules

LONGEST = 40


class CheckLetterForm(PortalForm):
    """Nine signs, however they are parted."""

    required_words: Mapping[str, str] = {"code": "Enter the code of the letter"}

    code = forms.CharField(
        label="The code of the letter",
        help_text="Nine letters and figures, like LA7-Q2M-94T. It stands under the letter.",
        max_length=LONGEST,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "w-20"}),
    )

    def clean_code(self) -> str:
        code = rules.code_in(self.cleaned_data["code"])
        if not code:
            raise ValidationError("A code has nine letters and figures. Look at the letter again")
        return code
