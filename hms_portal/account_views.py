"""Signing up and in, with the lesson that the visitor came from kept beside the form."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse

from bookings import phrases
from bookings.models import Activity
from people import dfe
from people.account_views import SignUp

_PAGES_OF_A_SCHOOL = {
    "people:my_schools",
    "people:claim_school",
    "people:accept_school_invitation",
    "people:school_contacts",
}
_PAGES_OF_A_LESSON = {"lessons:activity", "bookings:book_place"}


@dataclass(frozen=True)
class Kept:
    """The lesson to come back to, and where to read about it meanwhile."""

    words: str
    url: str


class KeepsTheLesson:
    """Adds `kept` to what an account page shows, or None where no lesson led to it.

    And whether a school's page did: then it speaks of no family.
    """

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin
        onward = get_next_redirect_url(self.request)  # type: ignore[attr-defined]  # a view's
        return {
            **context,
            "kept": _lesson_at(onward or ""),
            "for_school": _is_of_a_school(onward or ""),
            "directory_is_on": dfe.is_on(),
        }


class SignUpBesideTheLesson(KeepsTheLesson, SignUp):
    pass


class SignInBesideTheLesson(KeepsTheLesson, LoginView):  # type: ignore[misc]  # allauth carries no types
    pass


def forgetting(response: HttpResponse) -> HttpResponse:
    """The browser forgets every page and register that it kept for whoever signs out."""
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


class SignOutAndForget(LogoutView):  # type: ignore[misc]  # allauth carries no types
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return forgetting(super().post(request, *args, **kwargs))


def _is_of_a_school(address: str) -> bool:
    try:
        name = resolve(urlsplit(address).path).view_name
    except Resolver404:
        return False
    return name in _PAGES_OF_A_SCHOOL or name.startswith(("schools:", "school_reports:"))


def _lesson_at(address: str) -> Kept | None:
    try:
        page = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    if page.view_name not in _PAGES_OF_A_LESSON:
        return None
    published = Activity.objects.published().select_related("centre", "school")
    activity = published.filter(ref=page.kwargs["ref"]).first()
    if activity is None:
        return None
    about = reverse("lessons:activity", kwargs={"ref": activity.ref})
    return Kept(words=phrases.at_a_glance(activity), url=about)


sign_up = SignUpBesideTheLesson.as_view()
sign_in = SignInBesideTheLesson.as_view()
sign_out = SignOutAndForget.as_view()
