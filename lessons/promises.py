"""Tells the kernel which hours are kept for schools, and how they are given up."""

from bookings.actions.promises import keeps_hours
from lessons.actions.orders.giving_up import give_up_hours
from lessons.queries.promises import promised_over

keeps_hours(promised_over, give_up_hours)
