"""What pages ask about people: families, schools to choose from, consents."""

from people.queries.consents import (
    OF_ADULTS,
    OF_PUPILS,
    answers_before,
    answers_of,
    news_question,
    questions_in_force,
    unanswered_questions,
    wants_news,
    yet_to_answer,
)
from people.queries.families import (
    KnownAdult,
    Told,
    adults_known,
    names_known,
    wards_of,
    who_is_told,
    who_know,
)
from people.queries.invitations import inviting_for
from people.queries.naming import keys_of, people_named
from people.queries.schools import MOST_SCHOOLS, schools_matching

__all__ = [
    "MOST_SCHOOLS",
    "OF_ADULTS",
    "OF_PUPILS",
    "KnownAdult",
    "Told",
    "adults_known",
    "answers_before",
    "answers_of",
    "inviting_for",
    "keys_of",
    "names_known",
    "news_question",
    "people_named",
    "questions_in_force",
    "schools_matching",
    "unanswered_questions",
    "wants_news",
    "wards_of",
    "who_is_told",
    "who_know",
    "yet_to_answer",
]
