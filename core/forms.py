"""Forms in the portal's manner: refusals that say what to do, dates in boxes, pictures to pick."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

DAY, MONTH, YEAR = range(3)
MONTHS_IN_A_YEAR = 12
LONGEST_MONTH = 31
FIRST_YEAR, LAST_YEAR = 1900, 2200
# Longer ones are slips, and Python refuses to read the very long.
LONGEST_NUMBER = 6


class DateBoxesWidget(forms.MultiWidget):
    """A day, a month and a year in three short boxes. Only the wrong box is marked."""

    template_name = "portal/date_boxes.html"
    use_fieldset = True
    # Which box the last error is about; set by the form, read by the templates.
    wrong_box: int | None = None

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes = [
            forms.TextInput({"inputmode": "numeric", "maxlength": size, "autocomplete": "off"})
            for size in (2, 2, 4)
        ]
        super().__init__(boxes, attrs)

    def decompress(self, value: dt.date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        names = ("Day", "Month", "Year")
        for index, box in enumerate(context["widget"]["subwidgets"]):
            invalid = self.wrong_box == index
            box["label"] = names[index]
            box["attrs"].pop("aria-invalid", None)
            box["attrs"].pop("class", None)
            if invalid:
                box["attrs"]["aria-invalid"] = "true"
                box["attrs"]["aria-describedby"] = f"{context['widget']['attrs'].get('id')}_error"
        return context


class DateBoxesField(forms.Field):
    """A date from three boxes, refused in a sentence that names what is wrong."""

    widget = DateBoxesWidget

    def __init__(self, *, name: str = "Date", example: str = "7 9 2018", **kwargs: Any) -> None:
        self.name = name
        self.example = example
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.date) or value is None:
            return value
        parts = [str(part or "").strip() for part in value]
        if not any(parts):
            return None
        day, month, year = (self._number(parts[box], box) for box in range(3))
        try:
            return dt.date(year, month, day)
        except ValueError:
            self._refuse(DAY, f"{self.name} must be a real date, like {self.example}")
        return None

    def clean(self, value: Any) -> dt.date | None:
        self.mark(None)
        try:
            return super().clean(value)  # type: ignore[no-any-return]
        except ValidationError as error:
            self.mark(getattr(error, "box", DAY))
            raise

    def mark(self, box: int | None) -> None:
        """Say which box an error is about, for a form that refuses a real date by its own rule."""
        widget: Any = self.widget
        widget.wrong_box = box

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True

    def _number(self, part: str, box: int) -> int:
        word = ("day", "month", "year")[box]
        if not part:
            self._refuse(box, f"{self.name} must include a {word}")
        if not part.isdecimal() or len(part) > LONGEST_NUMBER:
            self._refuse(box, f"The {word} must be a number, like {self.example.split()[box]}")
        number = int(part)
        if box == DAY and not 1 <= number <= LONGEST_MONTH:
            self._refuse(box, f"There is no day {number}. Enter a day from 1 to 31")
        if box == MONTH and not 1 <= number <= MONTHS_IN_A_YEAR:
            self._refuse(box, f"There is no month {number}. Enter a month from 1 to 12")
        if box == YEAR and not FIRST_YEAR <= number <= LAST_YEAR:
            self._refuse(box, f"Enter the year in four figures, like {self.example.split()[YEAR]}")
        return number

    def _refuse(self, box: int, words: str) -> None:
        error = ValidationError(words, code="invalid")
        error.box = box  # type: ignore[attr-defined]
        raise error


class PicturesRadio(forms.RadioSelect):
    """Radios with a tile each. tiles: the drawing's name for each value."""

    def __init__(self, *args: Any, tiles: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tiles = tiles


class HintedRadio(forms.RadioSelect):
    """Radios with a second, quieter line. hints: the line for each value."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}


class HintedCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes with a second, quieter line. hints: the line for each value."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}


class WholeNumberInput(forms.TextInput):
    """A number as a person types it: the keys of a telephone, no arrows to slip on."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"inputmode": "numeric", "autocomplete": "off", "class": "w-5"}
        super().__init__(usual | (attrs or {}))


class PortalFormMixin:
    """Gives a form its helper and its words; also for forms that allauth brings."""

    fields: dict[str, forms.Field]
    # Sentences by field name, where the ones made from the label are not good enough.
    required_words: Mapping[str, str] = {}
    # False for a search, where everything may be left empty and saying so each time is noise.
    marks_optional = True

    def dress(self, *layout: Any, novalidate: bool = True) -> None:
        """Call last in __init__: words for every refusal, and the layout."""
        self.use_required_attribute = False
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.unmarked = not self.marks_optional  # type: ignore[attr-defined]
            _give_words(field, self.required_words.get(name))
        self.helper = FormHelper()
        self.helper.attrs = {"data-guard": ""} | ({"novalidate": ""} if novalidate else {})
        self.helper.include_media = False
        if layout:
            self.helper.layout = Layout(*layout)


class PortalForm(PortalFormMixin, forms.Form):
    """The base of every form of ours: set required_words, and call dress() with a layout."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


def _give_words(field: forms.Field, required: str | None) -> None:
    """Replace Django's own sentences, unless the field was given some of its own."""
    defaults: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        defaults.update(getattr(kind, "default_error_messages", {}))
    for code, words in words_for(field).items():
        if field.error_messages.get(code) in {None, defaults.get(code)}:
            field.error_messages[code] = words
    if required:
        field.error_messages["required"] = required


def words_for(field: forms.Field) -> dict[str, str]:
    """What to say when this kind of field is refused: always what to do next."""
    label = str(field.label or "").strip()
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        gone = "One of these can no longer be chosen. Choose again"
        codes = ("invalid_choice", "invalid_list", "invalid_pk_value")
        return {"required": f"Choose at least one: {label}", **dict.fromkeys(codes, gone)}
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return {
            "required": _answer(label, "Choose"),
            "invalid_choice": "That can no longer be chosen. Choose again",
        }
    if isinstance(field, forms.FileField):
        again = "That file did not arrive whole. Choose it again"
        return {
            "required": "Choose a file",
            **dict.fromkeys(("invalid", "missing", "empty"), again),
            "max_length": "The file’s name is too long. Give it a shorter one",
            "invalid_image": "Choose a picture: a JPEG or a PNG",
        }
    if isinstance(field, forms.BooleanField):
        return {"required": f"Tick the box: {label}"}
    if isinstance(field, DateBoxesField):
        return {"required": f"Enter {_lower_first(field.name)}"}
    return {
        "required": _answer(label, "Enter"),
        **_words_for_typing(field),
    }


def _words_for_typing(field: forms.Field) -> dict[str, str]:
    words = {
        "min_length": "Use at least %(limit_value)d characters. There are %(show_value)d",
        "max_length": "Use at most %(limit_value)d characters. There are %(show_value)d",
        "null_characters_not_allowed": "Type this again: it holds a character that cannot be kept",
        "min_value": "Enter %(limit_value)s or more",
        "max_value": "Enter %(limit_value)s or less",
    }
    if isinstance(field, forms.EmailField):
        words["invalid"] = "Enter an email address like name@example.org"
    elif isinstance(field, forms.IntegerField):
        words["invalid"] = "Enter a number, like 2"
    return words


def _answer(label: str, verb: str) -> str:
    """Enter your full name; Answer “How many pupils?”: the same words make sense in the summary."""
    if label.endswith("?"):
        return f"Answer “{label}”"
    return f"{verb} {_lower_first(label) or 'an answer'}"


def _lower_first(words: str) -> str:
    """Your name → your name, but PO number stays."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
