"""A calendar for other programs: its secret address, and what it answers."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods, require_safe

from bookings import actions, ical
from bookings.queries import feeds
from core import limits
from people.requests import SignedInRequest

HOUR = 60 * 60
# Programs that keep a calendar fetch it whether or not it lives: a few wrong keys stop nobody.
UNKNOWN_AN_HOUR = 600
HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, key: str) -> HttpResponseBase:
    """What this key's owner may see today. The key is all that is asked for, and is never said."""
    feed = feeds.feed_named(key)
    if feed is None:
        address = str(get_adapter().get_client_ip(request))
        if limits.is_over("calendar-unknown", address, most=UNKNOWN_AN_HOUR, seconds=HOUR):
            return _plain("Too many requests. Try again in an hour.\n", 429)
        return _plain("There is no calendar here.\n", 404)
    most = settings.CALENDAR_READS_AN_HOUR
    if limits.is_over("calendar", feed.key_hash, most=most, seconds=HOUR):
        return _plain("Too many requests. Try again in an hour.\n", 429)
    now = timezone.now()
    body = ical.calendar_file(feeds.meetings_in_feed(feed.person, at=now))
    content_hash = feeds.hash_of(body.decode())
    feed = actions.note_reading(feed=feed, content_hash=content_hash, by=None, at=now)
    assert feed.content_since is not None
    response = HttpResponse(body, "text/calendar; charset=utf-8", headers=HEADERS)
    response["Content-Disposition"] = 'inline; filename="music.ics"'
    response["ETag"] = f'"{content_hash}"'
    since = int(feed.content_since.timestamp())
    response.headers["Last-Modified"] = http_date(since)
    conditional = get_conditional_response(
        request, etag=response["ETag"], last_modified=since, response=response
    )
    return conditional or response


@require_http_methods(["GET", "POST"])
def renew_calendar_feed(request: SignedInRequest) -> HttpResponse:
    """A first address, or another for the one that was given away."""
    if request.method == "POST":
        actions.renew_calendar_feed(by=request.user, at=timezone.now())
        messages.success(request, "Your calendar has its address. Copy it from the box.")
        return redirect(f"{reverse('bookings:calendar')}#feed")
    has_one = bool(feeds.key_of(request.user.person))
    return render(request, "bookings/renew_calendar_feed.html", {"has_one": has_one})


@require_http_methods(["GET", "POST"])
def revoke_calendar_feed(request: SignedInRequest) -> HttpResponse:
    """The address stops at once, and nothing takes its place."""
    if request.method == "POST":
        actions.revoke_calendar_feed(by=request.user, at=timezone.now())
        messages.success(request, "Your calendar address has stopped. Nobody can read it any more.")
        return redirect("bookings:calendar")
    has_one = bool(feeds.key_of(request.user.person))
    return render(request, "bookings/revoke_calendar_feed.html", {"has_one": has_one})


def address_of(key: str) -> str:
    """The whole address to copy; empty without a key."""
    return settings.SITE_URL + reverse("bookings:calendar_feed", args=[key]) if key else ""


def _plain(said: str, status: int) -> HttpResponse:
    """Unknown, revoked and switched off are told the same; and the log is told of none of them."""
    response = HttpResponse(said, "text/plain; charset=utf-8", status, headers=HEADERS)
    if status == 429:
        response["Retry-After"] = str(HOUR)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log the path
    return response
