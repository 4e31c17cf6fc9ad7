"""Taking rows in the one order that cannot deadlock: activities by key, then their enrolments."""

from collections.abc import Collection

from bookings.models import Activity, Enrolment


def lock_activity(activity_id: int) -> Activity:
    """The activity as it stands, ours alone to book into until the transaction ends.

    Not a plain FOR UPDATE, which would also stop the foreign-key checks of everybody else.
    """
    return lock_activities([activity_id])[activity_id]


def lock_activities(activity_ids: Collection[int]) -> dict[int, Activity]:
    """Several activities by key, taken in order of key, so that no two baskets deadlock."""
    rows = (
        Activity.objects.select_for_update(no_key=True, of=("self",))
        .select_related("rate", "centre", "school", "room", "teacher")
        .filter(pk__in=activity_ids)
        .order_by("pk")
    )
    return {activity.pk: activity for activity in rows}


def lock_enrolment(enrolment: Enrolment) -> Enrolment:
    """The enrolment as it stands, its activity locked before it."""
    activity = lock_activity(enrolment.activity_id)
    locked = (
        Enrolment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("person", "booked_by", "account")
        .get(pk=enrolment.pk)
    )
    locked.activity = activity
    return locked
