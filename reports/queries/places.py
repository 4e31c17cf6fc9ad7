"""What a staff home may be about: a centre somebody runs, all of theirs, or the county."""

from dataclasses import dataclass

from django.db.models import Q

from centres.models import Centre
from core.access import Permission
from people.models import User


@dataclass(frozen=True)
class Place:
    """Whose numbers are counted. Every query of this app begins with `holds`."""

    name: str
    code: str = ""
    centre_ids: tuple[int, ...] = ()
    is_county: bool = False

    def holds(self, path: str = "centre") -> Q:
        """Rows of these centres; of the county all, those at schools too."""
        return Q() if self.is_county else Q(**{f"{path}__in": self.centre_ids})

    @property
    def is_one_centre(self) -> bool:
        return len(self.centre_ids) == 1


def places_run(user: User) -> list[Place]:
    """The first is what somebody sees who chose nothing; empty for who runs nothing."""
    runs_county = user.has_perm(Permission.RUN_COUNTY)
    centres = Centre.objects.filter(is_active=True)
    if not runs_county:
        centres = centres.filter(pk__in=user.centres_run())
    each = [
        Place(centre.name, centre.code, (centre.pk,)) for centre in centres.order_by("name", "pk")
    ]
    if runs_county:
        return [Place("The whole county", is_county=True), *each]
    if len(each) > 1:
        together = tuple(place.centre_ids[0] for place in each)
        return [Place("All your centres", "", together), *each]
    return each
