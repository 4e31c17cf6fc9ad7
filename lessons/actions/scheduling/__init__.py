"""Agreed orders become classes with dates: one of them, or many as a job that can be restarted."""

from lessons.actions.scheduling.classes import schedule_order
from lessons.actions.scheduling.runs import (
    ask_schedule,
    carry_on_schedules,
    schedule_next,
    try_again,
)

__all__ = [
    "ask_schedule",
    "carry_on_schedules",
    "schedule_next",
    "schedule_order",
    "try_again",
]
