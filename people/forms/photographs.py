"""The shape of a photograph that somebody sends: what is kept is the square we draw of it."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from core.pictures import ACCEPTED, Limits, NoPicture, Square, square_of
from people.forms.question import QuestionForm

MILLION = 1_000_000


def limits() -> Limits:
    """As this portal is set up."""
    return Limits(
        side=settings.PHOTOGRAPH_SIDE,
        most_bytes=settings.PHOTOGRAPH_MOST_MB * MILLION,
        most_pixels=settings.PHOTOGRAPH_MOST_MEGAPIXELS * MILLION,
    )


class SquareField(forms.FileField):
    """A picture of any of our kinds, by what is in it and not by its name."""

    widget = forms.FileInput({"accept": ACCEPTED})

    def clean(self, value: Any, initial: Any = None) -> Square | None:
        sent = super().clean(value, initial)
        if not sent:
            return None
        most = limits()
        sent.seek(0)
        try:
            return square_of(sent.read(most.most_bytes + 1), most)
        except NoPicture as refused:
            raise ValidationError(str(refused)) from refused


class PhotographForm(QuestionForm):
    """A photograph of oneself."""

    photograph = SquareField(label="A photograph of your face")
    required_words = {"photograph": "Choose a photograph"}  # noqa: RUF012 - the form's own shape

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photograph"].help_text = (
            f"JPEG, PNG or WebP, at most {settings.PHOTOGRAPH_MOST_MB} MB. We cut a square from its"
            " middle."
        )
