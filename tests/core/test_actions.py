"""One transaction, named and signed; refusals in words; nothing half done."""

import pytest
from django.db import IntegrityError, connection, transaction
from structlog.contextvars import bind_contextvars, clear_contextvars

from centres.models import Centre
from core.actions import THE_CLOCK, action
from core.models import AuditRow
from core.refusals import BUSY, RuleBroken, TryAgain
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.people import UserFactory


@action
def rename(*, centre, name, by, before_the_end=None):
    Centre.objects.filter(pk=centre.pk).update(name=name)
    if before_the_end:
        before_the_end()


@action
def rename_both(*, first, second, by, before_the_end=None):
    rename(centre=first, name="First", by=by)
    rename(centre=second, name="Second", by=by, before_the_end=before_the_end)


@action
def empty_room(*, room, by):
    type(room).objects.filter(pk=room.pk).update(capacity=0)


def signatures():
    changes = AuditRow.objects.filter(table="centres_centre", op="update").order_by("pk")
    return list(changes.values_list("action", "actor", "actor_name"))


def refuse():
    raise RuleBroken("Not on a Sunday.")


@pytest.mark.django_db
def test_an_action_is_signed_by_who_asked():
    centre, user = CentreFactory(), UserFactory()

    rename(centre=centre, name="Hall", by=user)

    assert signatures() == [("tests.rename", str(user.pk), str(user.person))]


@pytest.mark.django_db
def test_an_action_of_the_clock_is_signed_by_the_portal():
    rename(centre=CentreFactory(), name="Hall", by=None)

    assert signatures() == [("tests.rename", "", THE_CLOCK)]


@pytest.mark.django_db
def test_an_action_within_an_action_keeps_the_outer_name():
    rename_both(first=CentreFactory(), second=CentreFactory(), by=None)

    assert [signature[0] for signature in signatures()] == ["tests.rename_both"] * 2


@pytest.mark.django_db
def test_an_action_after_another_has_its_own_name():
    rename_both(first=CentreFactory(), second=CentreFactory(), by=None)
    rename(centre=CentreFactory(), name="Third", by=None)

    assert signatures()[-1][0] == "tests.rename"


@pytest.mark.django_db
def test_an_action_after_a_refused_one_has_its_own_name():
    with pytest.raises(RuleBroken):
        rename_both(first=CentreFactory(), second=CentreFactory(), by=None, before_the_end=refuse)
    rename(centre=CentreFactory(), name="Third", by=None)

    assert [signature[0] for signature in signatures()] == ["tests.rename"]


@pytest.mark.django_db
def test_an_action_carries_the_requests_name():
    bind_contextvars(request_id="a-request")
    try:
        rename(centre=CentreFactory(), name="Hall", by=None)
    finally:
        clear_contextvars()

    assert AuditRow.objects.get(op="update", table="centres_centre").request_id == "a-request"


@pytest.mark.django_db(transaction=True)
def test_a_write_outside_an_action_is_unsigned():
    centre = CentreFactory()
    rename(centre=centre, name="Hall", by=UserFactory())

    Centre.objects.filter(pk=centre.pk).update(name="Barn")

    assert signatures()[1:] == [("", "", "unsigned")]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_undoes_everything():
    first, second = CentreFactory(), CentreFactory()
    names = {first.name, second.name}

    with pytest.raises(RuleBroken, match="Not on a Sunday"):
        rename_both(first=first, second=second, by=None, before_the_end=refuse)

    assert set(Centre.objects.values_list("name", flat=True)) == names
    assert signatures() == []


@pytest.mark.django_db(transaction=True)
def test_a_surprise_undoes_everything_and_is_left_to_rise():
    centre = CentreFactory()

    with pytest.raises(ZeroDivisionError):
        rename(centre=centre, name="Hall", by=None, before_the_end=lambda: 1 / 0)

    assert Centre.objects.get().name == centre.name


@pytest.mark.django_db
def test_a_constraint_refuses_in_words():
    room = RoomFactory()

    with pytest.raises(RuleBroken, match="A room holds at least one person"):
        empty_room(room=room, by=None)


@pytest.mark.django_db
def test_a_database_error_without_a_sentence_is_left_to_rise():
    first, second = CentreFactory(), CentreFactory()

    def take_its_code():
        Centre.objects.filter(pk=second.pk).update(code=first.code)

    with pytest.raises(IntegrityError):
        rename(centre=first, name="Hall", by=None, before_the_end=take_its_code)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["55P03", "40P01", "57014"])
def test_locks_deadlocks_and_timeouts_are_busy_not_broken(state):
    def fail():
        with connection.cursor() as sql:
            sql.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$")

    with pytest.raises(TryAgain) as refused:
        rename(centre=CentreFactory(), name="Hall", by=None, before_the_end=fail)

    assert str(refused.value) == BUSY


@pytest.mark.django_db(transaction=True)
def test_a_row_locked_by_another_is_busy_not_broken():
    centre = CentreFactory()
    another = connection.copy()

    def wait_briefly():
        with connection.cursor() as sql:
            sql.execute("SET LOCAL lock_timeout = '50ms'")
        Centre.objects.filter(pk=centre.pk).update(name="Hall")

    try:
        with transaction.atomic(), another.cursor() as theirs:
            theirs.execute("BEGIN")
            theirs.execute("SELECT FROM centres_centre WHERE id = %s FOR UPDATE", [centre.pk])
            with pytest.raises(TryAgain, match="Nothing was lost"):
                rename(centre=CentreFactory(), name="Barn", by=None, before_the_end=wait_briefly)
            theirs.execute("ROLLBACK")
    finally:
        another.close()


@pytest.mark.django_db
def test_an_action_is_asked_by_a_user_or_by_the_clock():
    with pytest.raises(AssertionError):
        rename(centre=CentreFactory(), name="Hall", by="Priya")
