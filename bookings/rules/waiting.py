"""Where somebody stands on a waiting list, and what a place still waits for."""

from dataclasses import dataclass

from bookings.models import Activity, Enrolment


@dataclass(frozen=True)
class Gate:
    """One condition of a place, met or not, in words."""

    name: str
    is_met: bool
    words: str


@dataclass(frozen=True)
class Standing:
    """A place in the line. Position 1 is next."""

    position: int
    waiting: int
    gates: tuple[Gate, ...]

    @property
    def blocks(self) -> tuple[Gate, ...]:
        return tuple(gate for gate in self.gates if not gate.is_met)


def standing(enrolment: Enrolment, *, ahead: int, waiting: int, clash: str | None) -> Standing:
    """`ahead`: how many come first; `clash`: the title of what the person does at that time."""
    activity, name = enrolment.activity, enrolment.person.first_name
    teacher, place = activity.teacher, activity.place
    gates = (
        _place_gate(activity),
        Gate(
            "A teacher",
            teacher is not None,
            f"{teacher} teaches it." if teacher else "We are looking for a teacher.",
        ),
        Gate(
            "A room",
            place is not None,
            f"There is room at {place}." if place else "We are looking for a room.",
        ),
        Gate(
            "A free time",
            clash is None,
            f"{name} has {clash} at that time." if clash else f"{name} is free at that time.",
        ),
    )
    return Standing(position=ahead + 1, waiting=waiting, gates=gates)


def _place_gate(activity: Activity) -> Gate:
    if activity.status in {Activity.Status.CLOSED, Activity.Status.CANCELLED}:
        return Gate("A place", False, f"{activity} is {activity.get_status_display()}.")
    if activity.is_full:
        return Gate("A place", False, "Every place is taken. A place opens when a family leaves.")
    return Gate("A place", True, "A place is free and is being offered.")
