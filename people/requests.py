"""The type of a request that LoginRequiredMiddleware has let through."""

from django.http import HttpRequest

from people.models import User


class SignedInRequest(HttpRequest):
    """A request with somebody behind it: every view that is not marked public gets one."""

    user: User
