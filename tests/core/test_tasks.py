"""What the clock asks for: each job does its work, leaves its mark, and may run twice."""

import datetime as dt
from time import sleep

import pytest
from celery import current_app, shared_task
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.utils import timezone
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from core import mail, tasks
from core.models import Email, Heartbeat


def write():
    mail.queue(
        "account-exists",
        to_address="zoe@home.example",
        to_person_id=None,
        context={"first_name": "Zoë"},
        link="/",
        key="a",
        at=timezone.now(),
    )


@pytest.mark.django_db
def test_the_sweep_sends_what_nobody_was_woken_for(mailoutbox):
    write()

    sent = [tasks.sweep_mail(), tasks.sweep_mail()]

    assert sent == [1, 0]
    assert len(mailoutbox) == 1
    assert [mark.job for mark in Heartbeat.objects.all()] == ["core.sweep_mail"]


@pytest.mark.django_db
def test_a_message_of_another_release_does_no_harm(mailoutbox):
    write()

    assert tasks.deliver_mail(since="2025", batch=7) == 1


@pytest.mark.django_db
def test_the_beat_leaves_its_mark():
    tasks.beat()

    mark = Heartbeat.objects.get()
    assert (mark.job, mark.expected_every) == ("core.beat", dt.timedelta(minutes=1))


def test_every_job_of_the_schedule_is_a_task_that_exists():
    current_app.loader.import_default_modules()

    missing = [
        entry["task"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"] not in current_app.tasks
    ]

    assert missing == []


def test_no_task_may_run_for_as_long_as_a_claim_lasts():
    assert (
        settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
        > settings.CELERY_TASK_TIME_LIMIT
    )
    assert dt.timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) < tasks.delivery.CLAIM_LASTS
    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_TASK_REJECT_ON_WORKER_LOST
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]


bound = []


@shared_task(name="tests.remember_what_is_bound")
def remember_what_is_bound():
    bound.append(get_contextvars())


def test_a_task_is_known_by_the_request_that_caused_it():
    bound.clear()
    bind_contextvars(request_id="request-1234")
    remember_what_is_bound.delay()
    clear_contextvars()
    by_the_clock = remember_what_is_bound.delay()

    with start_worker(current_app, perform_ping_check=False, shutdown_timeout=20):
        wait_until(lambda: len(bound) == 2)

    assert bound == [
        {"request_id": "request-1234", "task": "tests.remember_what_is_bound"},
        {"request_id": by_the_clock.id, "task": "tests.remember_what_is_bound"},
    ]


def wait_until(is_so, patience=20):
    until = timezone.now() + dt.timedelta(seconds=patience)
    while not is_so():
        assert timezone.now() < until
        sleep(0.02)


@pytest.mark.django_db
def test_a_letter_in_doubt_is_not_sent_by_a_job_run_twice(mailoutbox):
    write()
    Email.objects.update(status="sending", claimed_at=timezone.now(), attempts=1)

    tasks.sweep_mail()
    tasks.sweep_mail()

    assert mailoutbox == []
