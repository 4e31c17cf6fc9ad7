"""What a family sees of itself."""

from people.views.adding import add_child, check_child, child_added, start_child
from people.views.adults import adults, invite_adult, step_back, withdraw_invitation
from people.views.consents import answer_consent, choose_digest, consent_history
from people.views.details import (
    change_child,
    change_needs,
    child,
    my_details,
)
from people.views.joining import accept_invitation
from people.views.news import stop_news

__all__ = [
    "accept_invitation",
    "add_child",
    "adults",
    "answer_consent",
    "change_child",
    "change_needs",
    "check_child",
    "child",
    "child_added",
    "choose_digest",
    "consent_history",
    "invite_adult",
    "my_details",
    "start_child",
    "step_back",
    "stop_news",
    "withdraw_invitation",
]
