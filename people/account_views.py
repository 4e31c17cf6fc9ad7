"""The account pages that need more than allauth gives them: a safe way back, and DfE Sign-in."""

from typing import Any

import structlog
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import SignupView
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from people import dfe
from people.dfe_accounts import DfeConversation, failed

log = structlog.get_logger(__name__)


class SignUp(SignupView):  # type: ignore[misc]  # allauth carries no types
    """Sign up, with a way back to a page of ours, never to an address in a stranger's link."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back_to = get_next_redirect_url(self.request) or ""
        return {**super().get_context_data(**kwargs), "redirect_field_value": back_to}


@require_POST
@login_not_required
def dfe_sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to DfE Sign-in, where it is set up; to link it, from somebody's own account."""
    return _conversing(OAuth2LoginView, request)


@require_safe
@login_not_required
def dfe_signed_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from DfE Sign-in."""
    return _conversing(OAuth2CallbackView, request)


def _conversing(page: Any, request: HttpRequest) -> HttpResponse:
    """Where it is not set up there is no such page."""
    if not dfe.is_on():
        raise Http404
    conversation = DfeConversation(request, dfe.PROVIDER)
    try:
        answer: HttpResponse = page.adapter_view(conversation)(request)
    except (RequestException, KeyError) as error:  # it is away, or says nothing of use
        log.warning("dfe.away", kind=type(error).__name__)
        return failed(request, "broken")
    return answer
