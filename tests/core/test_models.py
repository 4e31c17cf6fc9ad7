"""What the database itself holds about letters, words, and rows that are only ever added."""

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import AccessRow, AuditRow, Email
from people.models import Consent
from tests.factories.core import (
    NOON,
    AccessRowFactory,
    AuditRowFactory,
    EmailFactory,
    WordingFactory,
)
from tests.factories.people import ConsentFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


def test_wording_has_one_text_per_version():
    WordingFactory(slug="privacy", version=2)

    with refuses("wording_one_text_per_version"):
        WordingFactory(slug="privacy", version=2)


@pytest.mark.parametrize(
    ("status", "sent_at"),
    [
        pytest.param(Email.Status.SENT, None, id="sent without its moment"),
        pytest.param(Email.Status.QUEUED, NOON, id="a moment but not sent"),
        pytest.param(Email.Status.UNKNOWN, NOON, id="a moment but nobody knows"),
    ],
)
def test_email_that_is_sent_and_no_other_has_its_moment(status, sent_at):
    with refuses("email_sent_has_its_moment"):
        EmailFactory(status=status, sent_at=sent_at)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE {} SET id = id", id="update"),
        pytest.param("DELETE FROM {}", id="delete"),
        pytest.param("TRUNCATE {} CASCADE", id="truncate"),
    ],
)
@pytest.mark.parametrize(
    ("model", "factory"),
    [
        (AuditRow, AuditRowFactory),
        (AccessRow, AccessRowFactory),
        (Consent, ConsentFactory),
    ],
    ids=["audit", "access", "consent"],
)
def test_append_only_refuses(model, factory, change):
    factory()
    before = model.objects.count()
    table = model._meta.db_table
    connection.check_constraints()  # nothing waits: TRUNCATE would be refused for that alone

    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as sql:
        sql.execute(change.format(table))

    assert refused.value.__cause__.diag.constraint_name == f"{table}_append_only"
    assert model.objects.count() == before
