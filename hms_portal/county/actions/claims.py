"""Moves in what became of last year's whole classes: letters home, codes used, who plays."""

import datetime as dt
import random
from collections import defaultdict

from bookings.models import Enrolment
from core.actions import action
from hms_portal.county import sources
from hms_portal.county.copying import copy_objects
from hms_portal.county.plan.names import Names
from hms_portal.county.sizes import Size
from lessons.models import ClaimCode, Programme, ProgrammeClass
from lessons.queries import claims as queries
from people.models import Guardianship, Learner, User

CLAIM_DAYS = dt.timedelta(days=120)
OPENED, CLAIMED = 45, 30  # of a hundred letters, in a school where enough children play
PUPIL_PREMIUM, SEND = 4, 6  # about one child in so many, as its class counts them


@action
def load_claims(*, size: Size, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Every whole class that is over sent its letters home; some families used theirs."""
    if ClaimCode.objects.exists():
        return 0
    draw = random.Random(f"{size.seed}:claims")  # noqa: S311 - invents, guards nothing
    over = ProgrammeClass.objects.filter(
        line__programme__kind=Programme.Kind.WHOLE_CLASS, activity__last_on__lt=today
    ).select_related("activity")
    letters = _Letters(draw)
    for each in over.order_by("pk"):
        letters.write(each)
    ProgrammeClass.objects.bulk_update(letters.classes, ["letters_made_at"], batch_size=500)
    return copy_objects(letters.codes)


class _Letters:
    """Gathers the letters of one class after another."""

    def __init__(self, draw: random.Random) -> None:
        self.draw, self.names = draw, Names(draw)
        self.codes: list[ClaimCode] = []
        self.classes: list[ProgrammeClass] = []
        self.places = {
            place.person_id: place
            for place in Enrolment.objects.filter(status=Enrolment.Status.ACTIVE).order_by("-pk")
        }
        self.adults = dict(
            Guardianship.objects.filter(may_book=True).values_list("child_id", "adult_id")
        )
        self.children: dict[int, list[int]] = defaultdict(list)
        for person_id, school_id in Learner.objects.order_by("pk").values_list(
            "person_id", "school_id"
        ):
            if person_id in self.adults and school_id:
                self.children[school_id].append(person_id)

    def write(self, taught: ProgrammeClass) -> None:
        activity = taught.activity
        assert taught.letters_on is not None
        assert activity.school_id is not None
        made_at = sources.local_moment(taught.letters_on, dt.time(7))
        taught.letters_made_at = made_at
        self.classes.append(taught)
        for number in range(1, (activity.headcount or 0) + 1):
            ref = self.names.ref()
            code = ClaimCode(
                ref=ref,
                programme_class=taught,
                number=number,
                code_hash=queries.hash_of(queries.code_from(ref)),
                has_pp=number % PUPIL_PREMIUM == 0,
                has_send=number % SEND == 0,
                made_at=made_at,
                expires_at=made_at + CLAIM_DAYS,
            )
            self._use(code, self.children[activity.school_id])
            self.codes.append(code)

    def _use(self, code: ClaimCode, children: list[int]) -> None:
        """Opened by many, used for a child of the same school by some."""
        chance = self.draw.randrange(100)
        if chance >= OPENED:
            return
        code.opened_at = code.made_at + dt.timedelta(days=self.draw.randrange(1, 20))
        if chance >= CLAIMED or not children:
            return
        child = children.pop()
        code.claimed_at = code.opened_at + dt.timedelta(minutes=7)
        code.child_id, code.claimed_by_id = child, self.adults[child]
        code.enrolment = self.places.get(child)
