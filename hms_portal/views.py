"""The pages that belong to no app: home, policies, the style guide and what is said on failure."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_http_methods, require_safe

from core import queries as core
from hms_portal import samples
from lessons import queries as lessons
from lessons import rules as lesson_rules


@require_safe
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Where a family starts: a postcode and a school year."""
    facts = lessons.home_facts(at=timezone.now())
    return render(request, "home.html", {"facts": facts, "years": lesson_rules.year_choices()})


@require_safe
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return _wording(request, "accessibility", "Accessibility statement")


@require_safe
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    return _wording(request, "privacy", "Privacy and your child’s data")


@require_safe
@login_not_required
def cookies(request: HttpRequest) -> HttpResponse:
    return _wording(request, "cookies", "Cookies")


def _wording(request: HttpRequest, slug: str, title: str) -> HttpResponse:
    """A text the service stands by, as it is in force today."""
    wording = core.wording(slug, on=timezone.localdate())
    return render(request, "wording.html", {"title": title, "wording": wording})


@require_http_methods(["GET", "POST"])
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state; posting shows what a form says when it is refused."""
    if not request.user.is_staff:
        raise Http404
    is_rows = "row-TOTAL_FORMS" in request.POST
    form = samples.SampleForm(None if is_rows else request.POST or None, request.FILES or None)
    rows = samples.SampleFormSet(request.POST if is_rows else None, prefix="row")
    context = {**samples.components(at=timezone.now()), "form": form, "rows": rows}
    return render(request, "styleguide.html", context)


# What is said when things fail


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Without the look for a token that the others take: what cannot be read broke it already."""
    return render(request, "400.html", status=400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@requires_csrf_token
def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "429.html", status=429)


@requires_csrf_token
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the token of its page: too old, another browser, or no cookies."""
    context = {"typed": _typed(request), "address": request.get_full_path()}
    response = render(request, "stale_form.html", context, status=403)
    patch_cache_control(response, no_store=True, private=True)
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a page of ours sent, but for passwords, to be sent once more.

    Of a form from another site nothing is repeated: nobody is led to press its button.
    """
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return []
    return [
        (name, words)
        for name, several in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for words in several
    ]


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponseServerError:
    """Rendered without the request: whatever broke may break again in a context processor."""
    words = {
        "service_name": settings.SERVICE_NAME,
        "service_phone": settings.SERVICE_PHONE,
        "service_email": settings.SERVICE_EMAIL,
    }
    return HttpResponseServerError(render_to_string("500.html", words))
