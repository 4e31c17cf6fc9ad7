"""DfE Sign-in: whether it is set up here, and what it says of the school its visitor works at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

VOUCHED = "dfe_school_urn"  # in the session: it lasts as long as the signing in that brought it
PROVIDER = "dfe"
LARGEST_URN = 2_147_483_647
LONGEST_SUB = 191  # as many characters as allauth keeps


@dataclass(frozen=True)
class Directory:
    """For pages: whether its button is shown, and the school it named in this session."""

    is_on: bool
    urn: int | None


def is_on() -> bool:
    return bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])


def vouched_urn(request: HttpRequest) -> int | None:
    """The school whose directory knows this visitor, if they came by it in this session."""
    urn = request.session.get(VOUCHED)
    return urn if is_on() and isinstance(urn, int) else None


def state_for(request: HttpRequest) -> Directory:
    return Directory(is_on(), vouched_urn(request))


def urn_in(told: Mapping[str, Any]) -> int | None:
    """The number of the school in what the directory told; a trust or a council has none."""
    organisation = told.get("organisation")
    urn = str(organisation.get("urn") or "") if isinstance(organisation, Mapping) else ""
    is_number = urn.isascii() and urn.isdigit() and len(urn) < len(str(LARGEST_URN))
    return int(urn) if is_number else None


def is_name(sub: object) -> bool:
    """Whether this can be the directory's own number for somebody: short, and printable."""
    return isinstance(sub, str) and 0 < len(sub) <= LONGEST_SUB and sub.isprintable()
