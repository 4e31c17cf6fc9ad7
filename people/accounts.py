"""How allauth makes our users, writes our letters and says our sentences."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm
from allauth.account.models import EmailConfirmation
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from core import mail, words
from people import dfe
from people.access import cares_for_somebody, runs_a_place, serves_a_school
from people.actions.accounts import open_account
from people.dfe_accounts import remember
from people.models import User
from people.queries.school_accounts import serves_urn

# The letters of allauth that we send, and the words we send them in.
COPIES = {
    "account/email/email_confirmation_signup": "verify-address",
    "account/email/email_confirmation": "verify-address",
    "account/email/password_reset_key": "reset-password",
    "account/email/account_already_exists": "account-exists",
    "account/email/unknown_account": "no-account",
}
PASSWORD_WORDS = {
    "password_too_short": "Choose a longer password: at least 12 characters",
    "password_too_common": "Choose another password: this one is on lists of common ones",
    "password_too_similar": "Choose another password: this one is too like your email address",
}


class PortalAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Everything allauth asks of a site."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed. Call us if that is a surprise",
        "email_password_mismatch": "That email address and password do not go together. "
        "Check both, or choose a new password",
        "enter_current_password": "That is not the password you have now",
        "invalid_password_reset": "This link has been used, or is too old. Ask for a new one",
        "too_many_login_attempts": "That is too many tries. Wait 5 minutes, "
        "or choose a new password",
        "rate_limited": "That is too many tries. Wait a few minutes",
    }

    def save_user(
        self, request: HttpRequest, user: User, form: SignupForm, commit: bool = True
    ) -> User:
        said = form.cleaned_data
        return open_account(
            given_name=said["given_name"],
            family_name=said["family_name"],
            email=said["email"],
            phone=said["phone_number"],
            password=said["password1"],
            by=None,
            at=timezone.now(),
        )

    def clean_password(self, password: str, user: User | None = None) -> str:
        try:
            validate_password(password, user)
        except ValidationError as refused:
            raise ValidationError(
                [
                    ValidationError(PASSWORD_WORDS.get(error.code or "", error.message), error.code)
                    for error in refused.error_list
                ]
            ) from refused
        return password

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where nobody asked for a page: to where their day is. Decided here and nowhere else."""
        user = request.user
        if school := _school_to_claim(request):
            return school
        if isinstance(user, User) and runs_a_place(user):
            return reverse("reports:staff_home")
        if isinstance(user, User) and user.teaches:
            return reverse("bookings:my_teaching")
        if isinstance(user, User) and serves_a_school(user) and not cares_for_somebody(user):
            return reverse("schools:home")
        onward: str = super().get_login_redirect_url(request)
        return onward

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """A new account goes on to its school, where a directory named one."""
        onward: str = super().get_signup_redirect_url(request)
        return _school_to_claim(request) or onward

    def post_login(self, request: HttpRequest, user: User, **said: Any) -> HttpResponse:
        """Whoever came by their school's directory is known to work there until they sign out."""
        request.session.pop(dfe.VOUCHED, None)
        sociallogin = (said.get("signal_kwargs") or {}).get("sociallogin")
        if sociallogin is not None:
            remember(request, sociallogin)
        response: HttpResponse = super().post_login(request, user, **said)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the letter to the outbox, where every letter is."""
        copy = COPIES[template_prefix]
        at = timezone.now()
        user = context.get("user") or User.objects.filter(email=email).first()
        mail.queue(
            copy,
            to_address=email,
            to_person_id=user.person_id if user else None,
            context={
                "first_name": user.person.first_name if user else "",
                "expires_at": words.moment(_expiry(copy, at)),
            },
            link=_link(copy, context),
            key=f"{copy}:{email}:{at:%Y-%m-%dT%H:%M:%S}",
            at=at,
        )

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        """The link knows the page the visitor came from, should they open it on a telephone."""
        url: str = super().get_email_confirmation_url(request, emailconfirmation)
        onward = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME)
        if not onward or not self.is_safe_url(onward):
            return url
        return f"{url}?{urlencode({REDIRECT_FIELD_NAME: onward})}"


def _school_to_claim(request: HttpRequest) -> str:
    """The question about the school that a directory named, for who does not speak for it yet."""
    user, urn = request.user, dfe.vouched_urn(request)
    if urn is None or not isinstance(user, User) or serves_urn(user, urn):
        return ""
    return f"{reverse('people:claim_school')}?{urlencode({'q': urn})}"


def _link(copy: str, context: dict[str, Any]) -> str:
    """A path: the portal's own address comes from its settings, never from a visitor's Host."""
    match copy:
        case "verify-address":
            url = context["activate_url"]
        case "reset-password":
            url = context["password_reset_url"]
        case "account-exists":
            url = reverse("account_login")
        case _:
            url = reverse("account_signup")
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _expiry(copy: str, at: datetime) -> datetime:
    if copy == "verify-address":
        return at + timedelta(days=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)
    return at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
