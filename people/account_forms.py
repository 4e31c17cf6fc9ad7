"""The forms of signing up, signing in and passwords: allauth's, in the portal's words."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator, RegexValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from core.forms import PortalFormMixin
from people.models import User
from people.names import LONGEST_NAME, is_an_address, tidy_name

ADDRESS_WORDS = "Enter an email address like name@example.org"
HOW_TO_CHOOSE = (
    "At least 12 characters. Three words that do not belong together work well. You may paste it."
)
PHONE = RegexValidator(
    r"^\+?[0-9][0-9 ()-]{8,25}$", "Enter a telephone number like 07700 900123, or leave it empty"
)


class NameField(forms.CharField):
    """A name in any script; what is not a name is refused in a sentence."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_NAME, **kwargs)
        self.error_messages["max_length"] = (
            f"Enter at most {LONGEST_NAME} characters: %(show_value)d is too many"
        )

    def to_python(self, value: Any) -> str:
        return tidy_name(str(super().to_python(value) or ""))

    def validate(self, value: str) -> None:
        super().validate(value)
        if is_an_address(value):
            raise ValidationError("Enter a name, without an address or a link", code="invalid")


class SignUpForm(PortalFormMixin, allauth.SignupForm):  # type: ignore[misc]  # allauth carries no types
    """A parent, carer or adult learner makes an account."""

    given_name = NameField(
        label="First name",
        widget=forms.TextInput({"autocomplete": "given-name"}),
        error_messages={"required": "Enter your first name"},
    )
    family_name = NameField(
        label="Family name",
        required=False,
        help_text="Leave this empty if you have only one name.",
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    phone_number = forms.CharField(
        label="Mobile number",
        required=False,
        max_length=30,
        validators=[PHONE],
        help_text="Only for a place being offered, or a lesson cancelled on the day.",
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "class": "w-20"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_address(self.fields["email"], "We send one message to check that it is yours.")
        ask_password(self.fields["password1"], "Choose a password", HOW_TO_CHOOSE)
        self.order_fields(["given_name", "family_name", "email", "password1", "phone_number"])
        self.dress()

    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, or write to the one there is; the visitor cannot tell which."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # takes as long as a new account does
        try:
            with transaction.atomic():
                return super().try_save(request)  # type: ignore[no-any-return]  # allauth's
        except IntegrityError:
            if not User.objects.filter(email=self.cleaned_data["email"]).exists():
                raise
            # Two of the same sign-up at once: this one came second.
            self.account_already_exists = True
            return super().try_save(request)  # type: ignore[no-any-return]  # allauth's


class SignInForm(PortalFormMixin, allauth.LoginForm):  # type: ignore[misc]  # allauth carries no types
    """Somebody who has an account signs in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_address(self.fields["login"])
        ask_password(self.fields["password"], "Password", new=False)
        self.fields["password"].error_messages["required"] = "Enter your password"
        self.dress()


class ForgottenPasswordForm(PortalFormMixin, allauth.ResetPasswordForm):  # type: ignore[misc]  # allauth carries no types
    """Somebody asks for a link to choose a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_address(self.fields["email"], "The one you made your account with.")
        self.dress()


class NewPasswordForm(PortalFormMixin, allauth.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth carries no types
    """Somebody who followed the link chooses a new password, once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        ask_password(self.fields["password1"], "Choose a new password", HOW_TO_CHOOSE)
        self.dress()


class ChangePasswordForm(PortalFormMixin, allauth.ChangePasswordForm):  # type: ignore[misc]  # allauth carries no types
    """Somebody signed in changes their password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        ask_password(self.fields["oldpassword"], "Your password now", new=False)
        ask_password(self.fields["password1"], "Choose a new password", HOW_TO_CHOOSE)
        self.fields["oldpassword"].error_messages["required"] = "Enter the password you have now"
        self.dress()


def ask_address(field: forms.Field, hint: str = "") -> None:
    """An email address, asked for as the prototype does."""
    field.label, field.help_text = "Email address", hint
    field.widget = forms.EmailInput({"autocomplete": "email", "spellcheck": "false"})
    field.widget.is_required = True
    field.error_messages |= {"required": "Enter your email address"}
    # In place of Django's, whose sentence is its own, and whose longest does not fit our table.
    field.max_length = 254  # type: ignore[attr-defined]  # an EmailField has one
    field.validators = [EmailValidator(ADDRESS_WORDS), MaxLengthValidator(254, ADDRESS_WORDS)]


def ask_password(field: forms.Field, label: str, hint: str = "", *, new: bool = True) -> None:
    """One box, which takes a paste and a password manager's offer."""
    field.label, field.help_text = label, hint
    field.widget = forms.PasswordInput(
        {"autocomplete": "new-password" if new else "current-password"}
    )
    field.widget.is_required = True
    field.error_messages["required"] = "Choose a password"
