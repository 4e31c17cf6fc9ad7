"""Fields that people's forms share: names as they are written, telephone numbers, what helps."""

import re
from typing import Any

from django import forms

# What cannot be printed, and what would turn around the text that follows it in a register.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile(r"[\t\r\n\u2028\u2029]+")
_PHONE = re.compile(r"\+?[0-9 ()-]{7,28}")

HELPS = (
    ("faces", "Sitting where faces can be seen"),
    ("print", "Large print or coloured paper"),
    ("quiet", "A quieter room, or breaks"),
    ("step", "Step-free everywhere"),
    ("adapted", "An adapted instrument"),
    ("adult", "A grown-up nearby"),
)
LONGEST_NOTE = 2000


class Line(forms.CharField):
    """Words as somebody typed them, in any script, on one line that can be printed."""

    is_one_line = True

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.error_messages["max_length"] = (
            f"{str(self.label or 'This').split(', ')[0]} must be {max_length:,} letters or fewer"
        )

    def to_python(self, value: Any) -> str | None:
        if isinstance(value, str):
            value = _UNPRINTABLE.sub("", value)
            value = _BREAKS.sub(" ", value) if self.is_one_line else value
        return super().to_python(value)


class Note(Line):
    """A few sentences, on as many lines as were typed."""

    is_one_line = False

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_NOTE)
        super().__init__(widget=forms.Textarea({"rows": rows}), **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # The browser would cut pasted words without a sound: we say it in a sentence.
        return {k: v for k, v in super().widget_attrs(widget).items() if k != "maxlength"}


class Phone(Line):
    """A telephone number as people write them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "tel", "class": "w-20"}))
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if number and not _PHONE.fullmatch(number):
            raise forms.ValidationError("Enter a telephone number, like 01632 960 001")
        return number


def helps_in_words(chosen: list[str], own_words: str) -> str:
    """One text of what was chosen and what was written: a line each, then the words."""
    lines = [label for value, label in HELPS if value in chosen]
    return "\n".join([*lines, own_words] if own_words else lines)


def helps_from_words(text: str) -> tuple[list[str], str]:
    """The choices and the own words that `helps_in_words` made into one text."""
    values = {label: value for value, label in HELPS}
    lines = text.split("\n")
    chosen = [values[line] for line in lines if line in values]
    return chosen, "\n".join(line for line in lines if line not in values).strip()
