"""What answers to containers and watchers: alive, and ready."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from core import jobs, mail, queries
from core.models import Email, Heartbeat
from hms_portal import health
from people.models import User

MINUTE = dt.timedelta(minutes=1)
BACKEND = "people.access.SignedIn"


@pytest.fixture
def all_well(settings):
    """Every job ran just now."""
    jobs.record("core.beat", every=MINUTE, at=timezone.now())


def test_healthz_asks_nothing_of_anything(client):
    # Without the django_db mark, a statement would fail this test.
    answer = client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


def test_healthz_asks_nothing_even_of_a_browser_that_is_signed_in(client, settings, monkeypatch):
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    monkeypatch.setattr(cache, "get", refuse)

    assert client.get("/healthz").status_code == 200


def refuse(*_, **__):
    raise DatabaseError("away: secret-host")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_container_is_not_sent_to_https(client, settings, all_well, path):
    settings.SECURE_SSL_REDIRECT = True

    assert Client().get(path).status_code == 200
    assert Client().get("/").status_code == 301


@pytest.mark.django_db
def test_readyz_is_ready_when_all_is_well(client, all_well):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.text) == (200, "ok\n")


def without_jobs(monkeypatch):
    Heartbeat.objects.all().delete()


def with_a_late_job(monkeypatch):
    jobs.record("core.sweep_mail", every=MINUTE, at=timezone.now() - 4 * MINUTE)


def with_an_old_letter(monkeypatch):
    mail.queue(
        "account-exists",
        to_address="zoe@home.example",
        to_person_id=None,
        context={"first_name": "Zoë"},
        link="/",
        key="old",
        at=timezone.now() - 6 * MINUTE,
    )


def with_a_cache_that_is_away(monkeypatch):
    monkeypatch.setattr(cache, "set", refuse)


def with_a_broker_that_is_away(monkeypatch):
    monkeypatch.setattr(health.current_app, "connection_for_write", refuse)


def with_a_database_that_only_reads(monkeypatch):
    monkeypatch.setattr(jobs, "record", refuse)


def with_a_migration_to_come(monkeypatch):
    monkeypatch.setattr(health, "_nothing_to_migrate", health._nothing_to_migrate.__wrapped__)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "check", "says"),
    [
        (without_jobs, "jobs", "No job has run yet."),
        (with_a_late_job, "jobs", "Late: core.sweep_mail."),
        (with_an_old_letter, "outbox", "The oldest letter has waited 6 minutes."),
        (with_a_cache_that_is_away, "cache", "DatabaseError"),
        (with_a_broker_that_is_away, "broker", "DatabaseError"),
        (with_a_database_that_only_reads, "database", "DatabaseError"),
    ],
)
def test_readyz_says_what_is_wrong_to_staff_alone(
    client, all_well, monkeypatch, spoil, check, says
):
    staff = Client()
    staff.force_login(User.objects.create_user("s@county.example", is_staff=True), backend=BACKEND)
    spoil(monkeypatch)

    to_anyone = client.get("/readyz")
    to_staff = staff.get("/readyz")

    assert (to_anyone.status_code, to_anyone.text) == (503, "not ready\n")
    assert to_staff.status_code == 503
    wrong = {name: words for name, words in to_staff.json().items() if words not in ("ok", False)}
    assert wrong == {check: says}


@pytest.mark.django_db
def test_readyz_is_not_ready_before_its_migrations(client, all_well, monkeypatch):
    with_a_migration_to_come(monkeypatch)

    found = health.check_everything(timezone.now())

    assert {name for name, words in found.items() if words != "ok"} == {"migrations"}
    assert found["migrations"].endswith("migrations are not applied.")


@pytest.mark.django_db
def test_a_family_is_told_no_more_than_a_stranger(client, all_well, monkeypatch):
    client.force_login(User.objects.create_user("f@home.example"), backend=BACKEND)
    without_jobs(monkeypatch)

    assert client.get("/readyz").text == "not ready\n"


# The queries beneath


@pytest.mark.django_db
def test_a_job_is_late_when_it_missed_two_turns():
    now = timezone.now()
    jobs.record("on.time", every=MINUTE, at=now - 2 * MINUTE)
    jobs.record("late", every=MINUTE, at=now - 4 * MINUTE)
    jobs.record("daily", every=dt.timedelta(days=1), at=now - dt.timedelta(hours=47))

    assert queries.late_jobs(now) == ["late"]


@pytest.mark.django_db
def test_a_job_leaves_its_mark_when_it_has_done_its_work():
    @jobs.job(every=MINUTE)
    def count():
        return 7

    with time_machine.travel("2026-11-22 12:00Z", tick=False):
        assert count() == 7
        assert count() == 7

    mark = Heartbeat.objects.get()
    assert mark.last_ok_at == dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_a_job_that_fails_leaves_none():
    @jobs.job(every=MINUTE)
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert not Heartbeat.objects.exists()


@pytest.mark.django_db
def test_the_outbox_is_as_old_as_the_letter_that_waits_longest():
    now = timezone.now()
    with_an_old_letter(None)
    age = queries.outbox_age(now)
    Email.objects.update(status="sent", sent_at=now)

    assert dt.timedelta(minutes=5) < age <= dt.timedelta(minutes=6)
    assert queries.outbox_age(now) == dt.timedelta(0)


# The demonstration's letters


@pytest.mark.django_db
def test_letters_are_shown_only_where_none_can_leave(client, settings):
    with_an_old_letter(None)
    hidden = client.get("/demonstration/mail/")
    settings.DEMONSTRATION, settings.EMAIL_HOST = True, ""
    shown = client.get("/demonstration/mail/")
    settings.EMAIL_HOST = "mail.example"
    hidden_again = client.get("/demonstration/mail/")

    assert (hidden.status_code, shown.status_code, hidden_again.status_code) == (404, 200, 404)
    assert "You already have an account with us" in shown.text


@pytest.mark.django_db
def test_a_letter_opens_with_a_link_that_works(client, settings):
    settings.DEMONSTRATION, settings.EMAIL_HOST = True, ""
    with_an_old_letter(None)

    opened = client.get(f"/demonstration/mail/?letter={Email.objects.get().pk}")

    assert 'href="http://testserver/"' in opened.text
    assert client.get("/demonstration/mail/?letter=99999999999999999999999").status_code == 404
    assert client.get("/demonstration/mail/?letter=x").status_code == 200
