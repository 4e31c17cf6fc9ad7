"""Whether whoever asks may plan over an hour kept for a school, and says that they want to."""

from bookings.rules.promises import HourPromised
from core.access import Permission
from people.requests import SignedInRequest


def may_insist(request: SignedInRequest) -> bool:
    """The office, and nobody else."""
    return request.user.has_perm(Permission.RUN_COUNTY)


def is_insisted(request: SignedInRequest) -> bool:
    """The box under a refusal was ticked, by somebody who may."""
    return "all_the_same" in request.POST and may_insist(request)


def not_put_back(request: SignedInRequest, promised: HourPromised | None) -> dict[str, object]:
    """Why it stays off, and the box for whoever may insist; nothing where nothing was refused."""
    if promised is None:
        return {}
    box = promised.box if promised.undecided and may_insist(request) else ""
    return {"kept": str(promised), "box": box, "has_errors": True}
