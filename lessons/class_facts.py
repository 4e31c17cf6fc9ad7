"""Tells the kernel's pages of a teacher's day what a class is: bookings knows no order."""

from bookings.queries.class_facts import tells_of_classes
from lessons.queries.classes import facts_of

tells_of_classes(facts_of)
