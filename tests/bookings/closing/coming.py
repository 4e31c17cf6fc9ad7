"""A centre with two groups that meet in two days, whenever the test runs."""

import datetime as dt

from django.utils import timezone

from tests.bookings.closing.stage import weather
from tests.factories.bookings import (
    ActivityFactory,
    AttendanceFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import CentreFactory, RoomFactory, TermFactory, YearFactory
from tests.factories.people import ChildFactory, GuardianFactory, head_of
from tests.factories.safeguarding import cleared_teacher

DAY = dt.timedelta(days=1)


class Coming:
    """Two groups of a centre that meet in two days, whenever this runs."""

    def __init__(self):
        self.day = timezone.localdate() + 2 * DAY
        self.year = YearFactory(
            name="now", starts_on=self.day - 60 * DAY, ends_on=self.day + 120 * DAY
        )
        TermFactory(
            year=self.year,
            starts_on=self.day - 50 * DAY,
            half_term_starts_on=self.day - 30 * DAY,
            half_term_ends_on=self.day - 26 * DAY,
            ends_on=self.day + 100 * DAY,
            booking_opens_at=timezone.now() - 90 * DAY,
        )
        self.centre = CentreFactory(name="St Albans Music Centre")
        self.room = RoomFactory(centre=self.centre, name="Room 3", capacity=20)
        self.head, self.cause = head_of(self.centre), weather()
        self.parent = GuardianFactory(person__given_name="Priya")
        self.voices = self.meeting("Junior Voices", "09:00", "Anya", room=self.room)
        self.djembe = self.meeting("Djembe", "11:00", "Tom")

    def meeting(self, title, start, child, **fields):
        activity = ActivityFactory(
            title=title,
            year=self.year,
            centre=self.centre,
            weekday=self.day.isoweekday(),
            local_start=dt.time.fromisoformat(start),
            first_on=self.day,
            last_on=self.day + 21 * DAY,
        )
        session = SessionFactory(
            activity=activity, occurs_on=self.day, during=spell(self.day, start), **fields
        )
        SessionStaffFactory(session=session, person=cleared_teacher(email=f"{child}@music.example"))
        person = ChildFactory(guardian=self.parent, given_name=child)
        AttendanceFactory(session=session, person=person)
        return session

    def answers(self, **said):
        return {
            "what": f"centre-{self.centre.pk}",
            "when": self.day.isoformat(),
            "cause": self.cause.pk,
            "reason": "The path is ice",
        } | said
