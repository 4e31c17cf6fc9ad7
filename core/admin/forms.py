"""Forms of the admin: named for every reader, and able to say why the database said no."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model
from django.forms.models import BaseInlineFormSet

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Model]
    _InlineFormSet = BaseInlineFormSet[Model, Model, forms.ModelForm[Model]]
else:
    _ModelForm, _InlineFormSet = forms.ModelForm, BaseInlineFormSet


class ChangeForm(_ModelForm):
    """A form that shows, beside what was typed, the refusal its saving met."""

    refusal: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A moment is two boxes, and each has a name of its own."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.SplitDateTimeWidget):
                for box, part in zip(field.widget.widgets, ("date", "time"), strict=True):
                    box.attrs["aria-label"] = f"{field.label}, {part}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.refusal:
            self.add_error(None, self.refusal)
        return cleaned


class KeySelect(AutocompleteSelect):
    """Django's, which would ask the database for whatever was sent in the place of a key."""

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> Any:
        keys = [each for each in value if str(each).isdecimal()]
        return super().optgroups(name, keys, attrs)


class NamedInlineFormSet(_InlineFormSet):
    """Every control in a table row is named by its column and its row (WCAG 4.1.2)."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = str(form.instance) if form.instance.pk else "new row"
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            if not widget.is_hidden:
                widget.attrs["aria-label"] = f"{field.label or 'Delete'}, {row}"
