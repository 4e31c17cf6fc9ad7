"""The one account page that needs more than allauth gives it: a safe way back."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import SignupView


class SignUp(SignupView):  # type: ignore[misc]  # allauth carries no types
    """Sign up, with a way back to a page of ours, never to an address in a stranger's link."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back_to = get_next_redirect_url(self.request) or ""
        return {**super().get_context_data(**kwargs), "redirect_field_value": back_to}
