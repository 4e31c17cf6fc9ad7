"""When the clock does what: every job of Celery beat, in local time."""

from celery.schedules import crontab

BEAT = {
    "sweep-mail": {"task": "core.tasks.sweep_mail", "schedule": crontab()},
    "beat": {"task": "core.tasks.beat", "schedule": crontab()},
    "tell-of-closures": {"task": "bookings.tasks.tell_of_closures", "schedule": crontab()},
    "sweep-places": {"task": "bookings.tasks.sweep_places", "schedule": crontab()},
    # Often, because a place taken for today is told of at once.
    "remind-first-meetings": {
        "task": "bookings.tasks.remind_first_meetings",
        "schedule": crontab(minute="*/10"),
    },
    "remind-of-registers": {
        "task": "bookings.tasks.remind_of_registers",
        "schedule": crontab(minute=20),
    },
    "write-digests": {"task": "bookings.tasks.write_digests", "schedule": crontab(minute=10)},
    "post-messages": {"task": "bookings.tasks.post_messages", "schedule": crontab()},
    "remind-offers": {"task": "bookings.tasks.remind_offers", "schedule": crontab(minute="*/15")},
    "assure-schools": {"task": "bookings.tasks.assure_schools", "schedule": crontab(minute="*/10")},
    "make-due-letters": {
        "task": "lessons.tasks.make_due_letters",
        "schedule": crontab(minute=30),
    },
    # Woken as orders are asked for; each minute makes good what nobody was woken for.
    "schedule": {"task": "lessons.tasks.schedule", "schedule": crontab()},
    "lapse-kept": {"task": "lessons.tasks.lapse_kept", "schedule": crontab(minute="*/5")},
    "answer-planned-over": {
        "task": "lessons.tasks.answer_planned_over",
        "schedule": crontab(minute="*/5"),
    },
    "answer-waiting": {"task": "lessons.tasks.answer_waiting", "schedule": crontab(minute=5)},
    "advance-orders": {
        "task": "lessons.tasks.advance_orders",
        "schedule": crontab(minute="*/15"),
    },
    "forget-photographs-of-leavers": {
        "task": "people.tasks.forget_photographs_of_leavers",
        "schedule": crontab(hour=3, minute=50),
    },
    "prune-marks": {
        "task": "bookings.tasks.prune_marks",
        "schedule": crontab(hour=3, minute=40),
    },
}
