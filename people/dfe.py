"""DfE Sign-in: whether it is set up here, and what it says of the school its visitor works at."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

VOUCHED = "dfe_school_urn"  # in the session: it lasts as long as the signing in that brought it


@dataclass(frozen=True)
class Directory:
    """For pages: whether its button is shown, and the school it named in this session."""

    is_on: bool
    urn: int | None


def is_on() -> bool:
    return bool(settings.DFE_SIGNIN)


def vouched_urn(request: HttpRequest) -> int | None:
    """The school whose directory knows this visitor, if they came by it in this session."""
    urn = request.session.get(VOUCHED)
    return urn if is_on() and isinstance(urn, int) else None


def state_for(request: HttpRequest) -> Directory:
    return Directory(is_on(), vouched_urn(request))
