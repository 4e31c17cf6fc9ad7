"""What the portal remembers about itself: changes, readings, letters, words and jobs."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.triggers import AppendOnly, Audited


class AuditRow(models.Model):
    """One change to one row, written by a trigger: who, in which action, before and after."""

    at = models.DateTimeField()
    actor = models.TextField(blank=True)
    actor_name = models.TextField()
    action = models.TextField(blank=True)
    request_id = models.TextField(blank=True)
    table = models.TextField()
    row_id = models.TextField()
    op = models.TextField()
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["table", "row_id"], name="auditrow_of_a_row")]
        triggers: ClassVar = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.action or self.op} {self.table} {self.row_id}, by {self.actor_name}"


class AccessRow(models.Model):
    """One reading of sealed words: who read what, and why."""

    at = models.DateTimeField()
    reader = models.TextField()
    reader_name = models.TextField()
    record = models.TextField()
    why = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record"], name="accessrow_of_a_record")]
        triggers: ClassVar = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.record} read by {self.reader_name}"


class MailCopy(models.Model):
    """The words of one kind of letter; {braces} stand for what the occasion fills in."""

    slug = models.SlugField(unique=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        verbose_name_plural = "mail copy"
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.slug


class Wording(models.Model):
    """A text the service stands by, from a day: a policy, a statement, a promise."""

    slug = models.SlugField()
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    body = models.TextField()
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slug", "version"],
                name="wording_one_text_per_version",
                violation_error_message=(
                    "This version of the text exists already. Add the next one."
                ),
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class Email(models.Model):
    """A letter to one person: what it says is fixed when it is written, sent when it can be."""

    class Status(models.TextChoices):
        QUEUED = "queued", "waiting to go"
        SENDING = "sending", "going"
        SENT = "sent", "sent"
        FAILED = "failed", "failed"
        CANCELLED = "cancelled", "no longer true, not sent"
        UNKNOWN = "unknown", "fate unknown"

    dedupe_key = models.CharField(max_length=200, unique=True)
    copy = models.CharField(max_length=60)
    to_person_id = models.BigIntegerField(null=True)
    to_address = models.EmailField()
    subject = models.CharField(max_length=300)
    body_text = models.TextField()
    body_html = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    # A letter about something that may lapse names it, and is cancelled with it.
    reason = models.CharField(max_length=100, blank=True)
    # Where its reader can say "no more of these", for news alone.
    unsubscribe_link = models.CharField(max_length=300, blank=True, default="", db_default="")
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = "email"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False)
                | ~Q(status="sent") & Q(sent_at=None),
                name="email_sent_has_its_moment",
                violation_error_message="A sent email has the moment it went.",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(status__in=["queued", "sending"]),
                name="email_waiting_to_go",
            ),
            models.Index(
                fields=["reason"],
                condition=Q(status="queued") & ~Q(reason=""),
                name="email_waiting_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.copy} {self.get_status_display()}"


class Heartbeat(models.Model):
    """When a job last did its work, and how often it should."""

    job = models.CharField(max_length=60, unique=True)
    last_ok_at = models.DateTimeField()
    expected_every = models.DurationField()

    def __str__(self) -> str:
        return self.job
