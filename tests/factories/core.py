"""What the portal remembers about itself, at its plainest."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from core.models import AccessRow, AuditRow, Email, Heartbeat, MailCopy, Wording

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


class AuditRowFactory(DjangoModelFactory):
    class Meta:
        model = AuditRow

    at = NOON
    actor_name = "unsigned"
    table = "centres_centre"
    row_id = "1"
    op = "update"


class AccessRowFactory(DjangoModelFactory):
    class Meta:
        model = AccessRow

    at = NOON
    reader = "1"
    reader_name = "Priya Sharma"
    record = "people_learnercare.1"
    why = "their own child"


class MailCopyFactory(DjangoModelFactory):
    class Meta:
        model = MailCopy

    slug = factory.Sequence("letter-{}".format)
    subject = "A letter to {first_name}"
    body = "Hello {first_name},\n\nThis is a letter."


class WordingFactory(DjangoModelFactory):
    class Meta:
        model = Wording

    slug = factory.Sequence("policy-{}".format)
    title = "A policy"
    body = "We keep our word."
    from_on = dt.date(2025, 9, 1)


class EmailFactory(DjangoModelFactory):
    class Meta:
        model = Email

    dedupe_key = factory.Sequence("letter:{}".format)
    copy = "booking-confirmed"
    to_address = "priya@family.example"
    subject = "You have a place"
    body_text = "Hello Priya"
    body_html = "<p>Hello Priya</p>"
    created_at = NOON
    not_before = NOON


class HeartbeatFactory(DjangoModelFactory):
    class Meta:
        model = Heartbeat

    job = factory.Sequence("core.job_{}".format)
    last_ok_at = NOON
    expected_every = dt.timedelta(minutes=1)
