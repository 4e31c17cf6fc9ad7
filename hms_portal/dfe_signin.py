"""DfE Sign-in as the environment sets it up: all of its settings, or none."""

from typing import Any
from urllib.parse import urlsplit

from hms_portal import env

LIVE = "https://oidc.signin.education.gov.uk"


def server() -> str:
    """Where it answers; nothing where it is not set up."""
    if not env.text("DFE_SIGNIN_CLIENT_ID", ""):
        return ""
    return env.url("DFE_SIGNIN_URL", schemes={"https"}, default=LIVE).rstrip("/")


def apps() -> list[dict[str, Any]]:
    """What allauth is told of it: nothing, or the one."""
    if not server():
        return []
    return [app(server(), env.text("DFE_SIGNIN_CLIENT_ID"), env.text("DFE_SIGNIN_SECRET"))]


def app(url: str, client_id: str, secret: str) -> dict[str, Any]:
    return {
        "provider_id": "dfe",
        "name": "DfE Sign-in",
        "client_id": client_id,
        "secret": secret,
        "settings": {
            "server_url": url,
            "scope": ["openid", "email", "profile", "organisation"],
            "token_auth_method": "client_secret_post",
            "fetch_userinfo": True,
            "uid_field": "sub",
        },
    }


def forms_may_lead_to() -> list[str]:
    """A form that sends somebody there: browsers ask the policy about every host on the way."""
    host = urlsplit(server()).hostname or ""
    return [f"https://*.{host.partition('.')[2]}"] if host else []
