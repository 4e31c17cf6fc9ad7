"""Whose numbers a request may see, and for which day: the same for a page and for a sheet."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.utils import timezone

from people.requests import SignedInRequest
from reports import forms, queries
from reports.queries import Days, Place


@dataclass(frozen=True)
class Asked:
    """A place that this user runs, and a day of it."""

    place: Place
    places: list[Place]
    days: Days
    form: forms.ShowForm

    def address(self, **changed: str) -> str:
        """The query of this page with another day or place."""
        kept = {"centre": self.place.code, "day": self.days.shown.isoformat(), **changed}
        return urlencode({name: value for name, value in kept.items() if value})


def asked_or_404(request: SignedInRequest) -> Asked:
    """Another centre than theirs does not exist, and for most people this page does not."""
    places = queries.places_run(request.user)
    code = request.GET.get("centre", places[0].code if places else "")
    place = next((one for one in places if one.code == code), None)
    if place is None:
        raise Http404
    form = forms.ShowForm(request.GET, places=places)
    days = queries.days_of(place, wanted=form.wanted, today=timezone.localdate())
    if not form.errors:  # what is shown is what the boxes say, chosen or not
        said = QueryDict(urlencode({"centre": place.code, "day": days.shown.isoformat()}))
        form = forms.ShowForm(said, places=places)
    return Asked(place, places, days, form)
