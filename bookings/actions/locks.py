"""Taking rows in the one order that cannot deadlock: activities by key, then their enrolments."""

from collections.abc import Collection

from bookings.models import Activity, Enrolment

ITS_PARTS = ("rate", "centre", "school", "room", "teacher")


def lock_activity(activity_id: int, *parts: str) -> Activity:
    """The activity as it stands, ours alone to book into until the transaction ends.

    Not a plain FOR UPDATE, which would also stop the foreign-key checks of everybody else.
    """
    return lock_activities([activity_id], *parts)[activity_id]


def lock_activities(activity_ids: Collection[int], *parts: str) -> dict[int, Activity]:
    """Several activities by key, taken in order of key, so that no two baskets deadlock."""
    rows = Activity.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    if parts:
        rows = rows.select_related(*parts)
    return {activity.pk: activity for activity in rows.filter(pk__in=activity_ids)}


def lock_enrolment(enrolment: Enrolment) -> Enrolment:
    """The enrolment as it stands, its activity locked before it."""
    activity = lock_activity(enrolment.activity_id, *ITS_PARTS)
    locked = (
        Enrolment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("person", "booked_by", "account")
        .get(pk=enrolment.pk)
    )
    locked.activity = activity
    return locked
