"""What a family sees of itself."""

from people.views.adding import add_child, check_child, child_added, start_child
from people.views.consents import answer_consent, choose_digest, consent_history
from people.views.details import (
    change_child,
    change_needs,
    child,
    my_details,
)
from people.views.news import stop_news

__all__ = [
    "add_child",
    "answer_consent",
    "change_child",
    "change_needs",
    "check_child",
    "child",
    "child_added",
    "choose_digest",
    "consent_history",
    "my_details",
    "start_child",
    "stop_news",
]
