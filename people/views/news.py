"""The way out of our news that asks nobody to sign in."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from people import actions, news


@require_http_methods(["GET", "POST"])
@login_not_required
@csrf_exempt  # mail programs press this themselves (RFC 8058): the signed address is the leave
def stop_news(request: HttpRequest, key: str) -> HttpResponse:
    """The page has one button; pressing it stops news and nothing else. No name is shown.

    A press answers itself: a mail program's would follow no redirect.
    """
    person = news.reader_of(key)
    if person is None:
        raise Http404
    if request.method == "POST":
        actions.stop_news(person=person, by=None, at=timezone.now())
    return render(request, "people/stop_news.html", {"is_done": request.method == "POST"})
