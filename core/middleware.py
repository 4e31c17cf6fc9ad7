"""What every request gets: an id that follows it everywhere, and pages that no cache keeps."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from structlog.contextvars import bind_contextvars, clear_contextvars

Next = Callable[[HttpRequest], HttpResponse]
_SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestId:
    """Name the request, in logs, in the audit, in tasks it starts and in the response.

    The outermost: what it adds stands on static files too.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class LoginRequired(LoginRequiredMiddleware):
    """Django's, which lets a public page through before it asks who is there.

    So what must do without database and cache, such as /healthz, can.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class PrivatePages:
    """A page made for someone signed in is kept by no cache, not even the browser's.

    But where the view itself said how their own browser may keep it, as of a photograph.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        said = response.headers.get("Cache-Control", "")
        if not said.startswith(("no-store", "private")) and request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        return response
