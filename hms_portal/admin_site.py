"""The admin's front door: one way to sign in, and only staff in a role come through."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from core.access import Permission
from hms_portal.account_views import forgetting
from people.models import User

_FIRST = ["bookings", "lessons", "people", "centres", "billing", "safeguarding", "core"]


class PortalAdminSite(AdminSite):
    """Django's admin, without a sign-in, a password form or a delete button of its own."""

    site_header = site_title = settings.SERVICE_NAME
    index_title = "Rosters and records"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(
        self, model_or_iterable: Any, admin_class: type[Any] | None = None, **options: Any
    ) -> None:
        """Only classes that ask our permissions: what a package brings along stays out."""
        if getattr(admin_class, "is_scoped", False):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """As Django's, but a query that no database can hold is refused before one is asked."""
        shown = super().admin_view(view, cacheable)

        @wraps(shown)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if "%00" in request.META.get("QUERY_STRING", ""):
                raise BadRequest
            return shown(request, *args, **kwargs)  # type: ignore[no-any-return]  # any view's

        return inner

    def has_permission(self, request: HttpRequest) -> bool:
        """An active member of staff who today runs the county or a centre."""
        user = request.user
        if not isinstance(user, User) or not (user.is_active and user.is_staff):
            return False
        return user.has_perm(Permission.RUN_COUNTY) or bool(user.centres_run())

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Families, teachers and staff sign in at the same page."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        query = request.META["QUERY_STRING"] or "next=/admin/"
        return HttpResponseRedirect(f"{redirect('account_login').url}?{query}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return forgetting(LogoutView.as_view(next_page="home")(request))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return redirect("account_change_password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Rosters first: they are what staff come for."""
        apps = self._build_app_dict(request, app_label).values()
        for app in apps:
            app["models"].sort(key=lambda model: model["name"])
        order = {label: place for place, label in enumerate(_FIRST)}
        return sorted(apps, key=lambda app: order.get(app["app_label"], len(order)))
