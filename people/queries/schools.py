"""Schools to choose from."""

import re

from django.db.models import Q

from people.models import School

MOST_SCHOOLS = 12
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)\s*([0-9]?[A-Z]{0,2})")


def schools_matching(
    words: str, *, invented_only: bool = False, with_closed: bool = False
) -> list[School]:
    """Open schools with all these words in their name or town, or near this postcode."""
    words = " ".join(words.replace("\0", "").split())[:100]
    if not words:
        return []
    schools = School.objects.all()
    if not with_closed:
        schools = schools.exclude(status=School.Status.CLOSED)
    if invented_only:
        schools = schools.filter(is_invented=True)
    postcode = _POSTCODE.fullmatch(words.upper())
    if postcode:
        outward, inward = postcode.groups()
        schools = schools.filter(postcode__istartswith=f"{outward} {inward[:1]}".strip())
    else:
        for word in words.split()[:6]:
            schools = schools.filter(Q(name__icontains=word) | Q(town__icontains=word))
    return list(schools.order_by("sort_name", "pk")[:MOST_SCHOOLS])
