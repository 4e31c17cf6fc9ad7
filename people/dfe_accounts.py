"""Coming in by DfE Sign-in: whom it makes an account for, whom it finds, and what it vouches for.

An account is found by the directory's own number for its visitor alone, never by an address:
whoever has one here already links the two while signed in with it.
"""

from typing import Any

import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from jwt import PyJWTError, get_unverified_header

from people import dfe
from people.actions.accounts import open_account_by_directory
from people.models import User
from people.names import LONGEST_NAME, tidy_name

log = structlog.get_logger(__name__)

SIGNED_WITH = "RS256"


class DfeConversation(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth carries no types
    """allauth's, but stricter: what is told is signed, is about one person, and little is kept."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no id_token")
        login = super().complete_login(request, app, token, **kwargs)
        told = login.account.extra_data
        if told["userinfo"].get("sub") != told["id_token"].get("sub"):
            raise PermissionDenied("told about somebody else")
        urn = dfe.urn_in(told["userinfo"])
        told.clear()  # name, address and all else: of these we keep our own
        told.update(urn=urn)
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The signature is checked even though the line was safe: a proxy may stand on it."""
        try:
            signed_with = get_unverified_header(id_token).get("alg")
        except PyJWTError as broken:
            raise OAuth2Error("unreadable id_token") from broken
        if signed_with != SIGNED_WITH:
            raise OAuth2Error("signed in another way than agreed")
        told: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        if not dfe.is_name(told.get("sub")):
            raise OAuth2Error("a sub that is none")
        return told


class DfeAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the same
    """What allauth asks of a site about accounts that come from elsewhere."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        is_link = sociallogin.state.get("process") == AuthProcess.CONNECT
        if is_link:
            if not sociallogin.is_existing or sociallogin.user == request.user:
                remember(request, sociallogin)
            return
        if sociallogin.is_existing:
            return
        address = _address_of(sociallogin)
        if not address:
            raise ImmediateHttpResponse(failed(request, "address"))
        if User.objects.filter(email=address).exists():
            raise ImmediateHttpResponse(failed(request, "known", status=200))

    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: object = None
    ) -> User:
        """A person and a user who can come in by the directory, and by no password yet."""
        told = sociallogin.user
        address = _address_of(sociallogin)
        given = tidy_name(getattr(told, "given_name", ""))[:LONGEST_NAME]
        user = open_account_by_directory(
            given_name=given or address.partition("@")[0],
            family_name=tidy_name(getattr(told, "family_name", ""))[:LONGEST_NAME],
            email=address,
            by=None,
            at=timezone.now(),
        )
        sociallogin.user = user
        sociallogin.save(request)
        return user

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, told: dict[str, Any]
    ) -> User:
        """The names as told: carried on the unsaved user until its person is made."""
        user: User = sociallogin.user
        user.email = str(told.get("email") or "").lower()
        user.given_name = str(told.get("first_name") or "")  # type: ignore[attr-defined]  # carried
        user.family_name = str(told.get("last_name") or "")  # type: ignore[attr-defined]  # carried
        return user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: object) -> str:
        return reverse("people:my_schools")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        if error == AuthError.CANCELLED:
            messages.info(request, "You came back without signing in.")
            raise ImmediateHttpResponse(redirect("account_login"))
        log.warning("dfe.failed", error=str(error), kind=type(exception).__name__)
        raise ImmediateHttpResponse(failed(request, "broken", status=502))


def remember(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """The school that the directory names stays known for as long as this signing in."""
    urn = sociallogin.account.extra_data.get("urn")
    if urn is None:
        request.session.pop(dfe.VOUCHED, None)
    else:
        request.session[dfe.VOUCHED] = urn


def _address_of(sociallogin: SocialLogin) -> str:
    return str(sociallogin.user.email or "").lower()


def failed(request: HttpRequest, why: str, *, status: int = 502) -> HttpResponse:
    return render(request, "people/dfe_failed.html", {"why": why}, status=status)
