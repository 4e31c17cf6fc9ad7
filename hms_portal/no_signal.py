"""What a telephone needs to open a register in a basement: the worker, and an honest page."""

import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHELL = (
    "css/portal.css",
    "js/portal.js",
    "js/register.js",
    "fonts/bricolage.woff2",
    "fonts/atkinson-next.woff2",
    "icons.svg",
    "tiles.svg",
    "favicon.svg",
    "chev.svg",
)


@require_safe
@login_not_required
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker's program, with the names of the files it keeps: nothing of anybody's."""
    source = (settings.BASE_DIR / "static" / "js" / "sw.js").read_text()
    kept = {
        "shell": [static(name) for name in SHELL],
        "offline": reverse("offline"),
        "send": reverse("bookings:send_marks"),
    }
    return HttpResponse(
        f"const KEPT = {json.dumps(kept)};\n{source}", content_type="text/javascript; charset=utf-8"
    )


@require_safe
@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    """Shown in place of a page that was not kept."""
    return render(request, "offline.html")
