"""Words, numbers and drawings for every template: loaded everywhere, so no page asks for it."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import markup, words

register = template.Library()

SMALL_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


# Drawings


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A drawing beside words, never instead of them."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def tile(name: str, css: str = "") -> SafeString:
    """One square of the quilt."""
    return format_html(
        '<svg class="tile{}" viewBox="0 0 120 120" preserveAspectRatio="xMidYMid slice"'
        ' aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        static("tiles.svg"),
        name,
    )


# Days, times, money, distance. The same words as in letters: core.words.


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _day(value: dt.date) -> dt.date:
    return _local(value).date() if isinstance(value, dt.datetime) else value


@register.filter
def day(value: dt.date | None) -> str:
    """7 September 2026."""
    return words.day(_day(value)) if value else ""


@register.filter
def weekday(value: dt.date | None) -> str:
    """Monday 7 September, for days near enough to need no year."""
    return words.weekday_and_day(_day(value)) if value else ""


@register.filter
def clock(value: dt.time | dt.datetime | None) -> str:
    """4.30pm, 11am, noon."""
    if not isinstance(value, dt.time | dt.datetime):
        return ""
    return words.clock(_local(value).time() if isinstance(value, dt.datetime) else value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """4.30pm on Monday 7 September."""
    return words.moment(value) if value else ""


@register.filter
def iso(value: dt.datetime | None) -> str:
    """The moment as a machine reads it, for data-ends-at and datetime attributes."""
    return value.isoformat() if value else ""


@register.filter
def money(value: Decimal | int | str | None) -> str:
    """£98, £9.80, −£5: pence only when there are some."""
    if value is None or value == "":
        return ""
    amount = Decimal(value)
    return f"−{words.money(-amount)}" if amount < 0 else words.money(amount)


@register.filter
def miles(value: float | Decimal | None) -> str:
    """0.4 miles, 1 mile, 12 miles; next door is less than 0.1 miles."""
    if value is None or value == "":
        return ""
    distance = float(value)
    if distance < 0.1:
        return "less than 0.1 miles"
    said = f"{distance:.0f}" if distance >= 9.95 else f"{distance:.1f}".removesuffix(".0")
    return "1 mile" if said == "1" else f"{said} miles"


@register.filter
def in_words(value: int) -> str:
    """Two, nine, 10: small numbers as a sentence says them."""
    return SMALL_NUMBERS[value] if 0 <= value < len(SMALL_NUMBERS) else str(value)


@register.filter
def thousands(value: int) -> str:
    """1,204"""
    return f"{value:,}"


@register.filter
def initials(name: str) -> str:
    """NE, for a person without a picture."""
    names = name.split()
    return "".join(one[0] for one in names[:: max(len(names) - 1, 1)][:2]).upper()


@register.filter
def prose(text: str) -> SafeString:
    """A policy's text as headings, paragraphs, lists and tables."""
    return markup.rendered(text)


@register.filter
def pick(mapping: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping holds for a key that is itself a variable."""
    return mapping.get(key, "") if mapping else ""


# Forms


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's own input, dressed; its label, hint and error are printed around it."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        dress = "choice__input"
    elif isinstance(widget, forms.Select) and not widget.allow_multiple_selected:
        dress = "select"
    else:
        dress = "input"
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{dress} {own}".strip()})


@register.simple_tag
def error_target(field: BoundField) -> str:
    """The id a link in the error summary leads to: the control, its first option or wrong box."""
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        return f"{field.auto_id}_{getattr(widget, 'wrong_box', None) or 0}"
    if isinstance(widget, forms.RadioSelect):
        return f"{field.auto_id}_0" if field.subwidgets else f"div_{field.auto_id}"
    return field.id_for_label or field.auto_id


@register.filter
def counted(total: int) -> range:
    """1, 2, … total: for a row of steps."""
    return range(1, total + 1)
