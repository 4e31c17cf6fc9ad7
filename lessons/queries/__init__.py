"""What the finder, the page of an activity and the home page read."""

from lessons.queries.activities import ActivityPage, activity_page, published
from lessons.queries.finder import Found, Results, Search, find, nearest_instead
from lessons.queries.subjects import HomeFacts, SubjectFamily, home_facts, subject_families

__all__ = [
    "ActivityPage",
    "Found",
    "HomeFacts",
    "Results",
    "Search",
    "SubjectFamily",
    "activity_page",
    "find",
    "home_facts",
    "nearest_instead",
    "published",
    "subject_families",
]
