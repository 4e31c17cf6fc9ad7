"""What staff wrote to a family, on the family's own page."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bookings.queries import messages as queries
from bookings.rules import messages as rules
from people.requests import SignedInRequest

_LONGEST_KEY = 18  # of a bigint


@require_safe
def my_messages(request: SignedInRequest) -> HttpResponse:
    """Newest first, each with whom it is about; a page at a time, each from where one ended."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) <= _LONGEST_KEY else None
    received, next_before = queries.received_by(request.user, before=before)
    older = f"{reverse('bookings:my_messages')}?before={next_before}" if next_before else ""
    return render(
        request,
        "bookings/my_messages.html",
        {
            "received": [_spoken(one) for one in received],
            "is_first": before is None,
            "older_url": older,
        },
    )


def _spoken(one: queries.Received) -> dict[str, object]:
    """The message as it reads today: only those the reader still sees are named."""
    message, names = one.reader.message, [person.first_name for person in one.about]
    return {
        "key": one.reader.pk,
        "sent_at": message.sent_at,
        "kind": message.get_kind_display(),
        "about": rules.names_in_words(names),
        "spoken": rules.spoken(
            message,
            to=one.reader.person.first_name,
            names=names,
            is_self=[person.pk for person in one.about] == [one.reader.person_id],
            place=str(message.place or settings.SERVICE_NAME),
        ),
    }
