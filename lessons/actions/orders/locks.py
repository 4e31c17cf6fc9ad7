"""Taking an order in the one sequence that cannot deadlock: its school, then the order."""

from lessons.models import SchoolOrder
from people.models import School

ITS_PARTS = ("school", "year", "contact", "made_by", "approver", "agreed_by", "agreement")


def lock_order(order: SchoolOrder) -> SchoolOrder:
    """The order as it stands, ours alone to change until the transaction ends.

    Its school is locked before it: all that a school orders shares one subsidy.
    """
    School.objects.select_for_update(no_key=True).get(pk=order.school_id)
    rows = SchoolOrder.objects.select_for_update(no_key=True, of=("self",))
    locked: SchoolOrder = rows.select_related(*ITS_PARTS).get(pk=order.pk)
    return locked
