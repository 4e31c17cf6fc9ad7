"""What families see of lessons, and how a head of centre finds cover."""

from lessons.views.cover import ask_cover, cover, find_cover, release_cover
from lessons.views.finder import activity, find_activities

__all__ = [
    "activity",
    "ask_cover",
    "cover",
    "find_activities",
    "find_cover",
    "release_cover",
]
