"""The audit: every change of every table it watches, whoever makes it, and no sealed word."""

import pgtrigger
import pytest
from django.db import connection, models

from bookings.models import Activity, Attendance
from centres.models import Centre
from core.models import AuditRow
from core.triggers import Audited
from people.models import LearnerCare, Person, User
from tests.factories.bookings import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.factories.centres import CentreFactory
from tests.factories.core import NOON
from tests.factories.people import LearnerCareFactory, PersonFactory, UserFactory
from tests.test_factories import FACTORIES

pytestmark = pytest.mark.django_db

AUDITED = {model for model, trigger in pgtrigger.registered() if trigger.name == "audited"}
# What would keep its own row from being deleted.
ALONE = {"Year": {"terms": False}, "User": {"verified": False}}


def rows(made):
    return AuditRow.objects.filter(table=made._meta.db_table, row_id=str(made.pk)).order_by("pk")


def ops(made):
    return list(rows(made).values_list("op", flat=True))


@pytest.mark.parametrize(
    "factory",
    [factory for factory in FACTORIES if factory._meta.model in AUDITED],
    ids=lambda factory: factory._meta.model.__name__,
)
def test_audited_notes_that_a_row_came_and_went(factory):
    made = factory(**ALONE.get(factory._meta.model.__name__, {}))
    table, key = made._meta.db_table, made._meta.pk.column

    with connection.cursor() as sql:
        sql.execute(f"DELETE FROM {table} WHERE {key} = %s", [made.pk])

    first, *_, last = rows(made)
    assert (first.op, first.old, last.op, last.new) == ("insert", None, "delete", None)
    assert first.new[key] == last.old[key] == made.pk


def test_audited_notes_before_and_after():
    centre = CentreFactory(name="Hall")

    centre.name = "Barn"
    centre.save()

    row = rows(centre).last()
    assert (row.op, row.old["name"], row.new["name"]) == ("update", "Hall", "Barn")


def test_audited_notes_bulk_changes_and_raw_sql():
    first, second = CentreFactory.create_batch(2)

    Centre.objects.update(town="Ware")
    with connection.cursor() as sql:
        sql.execute("UPDATE centres_centre SET town = 'Hitchin' WHERE id = %s", [first.pk])

    assert [row.new["town"] for row in rows(first)] == ["Hertford", "Ware", "Hitchin"]
    assert [row.new["town"] for row in rows(second)] == ["Hertford", "Ware"]


def test_audited_notes_bulk_creation():
    made = Person.objects.bulk_create(PersonFactory.build_batch(2))

    assert [ops(person) for person in made] == [["insert"], ["insert"]]


def test_audited_does_not_note_a_change_of_nothing():
    centre = CentreFactory()

    centre.save()

    assert ops(centre) == ["insert"]


def test_audited_ignores_places_taken_alone():
    activity = ActivityFactory()

    EnrolmentFactory(activity=activity, held=True)

    assert Activity.objects.get().places_taken == 1
    assert ops(activity) == ["insert"]
    assert "places_taken" not in rows(activity).get().new


def test_audited_ignores_when_somebody_last_signed_in():
    user = UserFactory()

    User.objects.filter(pk=user.pk).update(last_login=NOON)

    assert ops(user) == ["insert"]


def test_audited_ignores_the_claim_that_follows_a_cancellation():
    session = SessionFactory()

    assert "claimed" not in rows(session).get().new


def test_sealed_columns_never_reach_the_audit():
    """That care changed is noted; what it says, even sealed, is not."""
    care = LearnerCareFactory(medical=b"key:first")

    LearnerCare.objects.filter(pk=care.pk).update(medical=b"key:second")
    LearnerCare.objects.filter(pk=care.pk).delete()

    assert ops(care) == ["insert", "update", "delete"]
    for row in rows(care):
        for side in (row.old or {}, row.new or {}):
            assert {"what_helps", "medical", "emergency_contacts"} & side.keys() == set()


def test_passwords_never_reach_the_audit():
    user = UserFactory()

    User.objects.filter(pk=user.pk).update(password="another")

    assert ops(user) == ["insert", "update"]
    assert all("password" not in row.new for row in rows(user))


def test_every_binary_column_of_an_audited_table_is_sealed():
    """Binary is how sealed words are kept: none may be forgotten in its table's trigger."""
    unsealed = [
        f"{model.__name__}.{field.name}"
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, Audited)
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField) and field.column not in trigger.sealed
    ]

    assert unsealed == []


def test_audited_mark_notes_a_mark_that_was_changed_and_not_the_first():
    line = AttendanceFactory()
    Attendance.objects.filter(pk=line.pk).update(mark="present", marked_at=NOON)
    before = ops(line)

    Attendance.objects.filter(pk=line.pk).update(mark="absent")

    change = rows(line).get()
    assert before == []
    assert (change.op, change.old["mark"], change.new["mark"]) == ("update", "present", "absent")


def test_audited_delete_notes_a_line_taken_out_of_a_register():
    line = AttendanceFactory()
    key = line.pk

    Attendance.objects.filter(pk=key).delete()

    row = AuditRow.objects.get(table="bookings_attendance", row_id=str(key))
    assert (row.op, row.old["person_id"]) == ("delete", line.person_id)
