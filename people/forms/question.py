"""The shape that all questions share: no tag and no button of their own."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from core.forms import HintedCheckboxes, HintedRadio, PortalForm


class QuestionForm(PortalForm):
    """One question of several. Prints neither its tag nor its button: the page does."""

    def dress(self, *layout: Any, novalidate: bool = True) -> None:
        super().dress(*layout, novalidate=novalidate)
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def offer(
        self, name: str, choices: Iterable[tuple[str, str]], hints: Mapping[str, str] | None = None
    ) -> None:
        """What may be chosen, known only now, each with a quieter second line if it has one."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)
        if isinstance(field.widget, HintedRadio | HintedCheckboxes):
            field.widget.hints = hints or {}

    def answers(self) -> dict[str, Any]:
        """What was told, as the draft keeps it."""
        return dict(self.cleaned_data)
