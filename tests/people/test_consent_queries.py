"""What was asked, in which words, and whose last word it is that we may write with news."""

import datetime as dt

import pytest

from people import queries
from people.models import ConsentWording
from tests.factories.people import (
    ChildFactory,
    ConsentFactory,
    ConsentWordingFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 9, 12)


def news(**wording):
    return ConsentWordingFactory(
        kind=ConsentWording.Kind.MARKETING, audience="everyone", title="News", **wording
    )


def test_wants_news_asks_for_the_last_word_in_one_statement(django_assert_num_queries):
    wording = news()
    yes, no, silent, elsewhere = (PersonFactory() for _ in range(4))
    ConsentFactory(person=yes, wording=wording, is_given=False)
    ConsentFactory(person=yes, wording=wording, is_given=True)
    ConsentFactory(person=no, wording=wording, is_given=True)
    ConsentFactory(person=no, wording=wording, is_given=False)
    ConsentFactory(person=elsewhere, wording=wording)
    ConsentFactory(person=silent, wording=ConsentWordingFactory())

    with django_assert_num_queries(1):
        wanted = queries.wants_news([yes.pk, no.pk, silent.pk])

    assert wanted == {yes.pk}


def test_an_adult_is_asked_about_news_in_the_words_of_the_day_and_a_child_never():
    news(to_on=dt.date(2026, 5, 31))
    latest = news(version=2, from_on=dt.date(2026, 6, 1))
    photo = ConsentWordingFactory()

    assert queries.news_question(DAY) == latest
    assert queries.questions_in_force(DAY) == [photo]


def test_new_words_are_asked_again_and_old_ones_are_not():
    old = ConsentWordingFactory()
    child, fresh = ChildFactory(), ChildFactory()
    ConsentFactory(person=child, wording=old)
    kinds = [ConsentWording.Kind.PHOTO]
    before = queries.unanswered_questions(child, DAY, kinds=kinds)
    asked_before = queries.yet_to_answer([child.pk, fresh.pk], DAY, kind="photo")
    new = ConsentWordingFactory(version=2)

    after = queries.unanswered_questions(child, DAY, kinds=kinds)
    asked_after = queries.yet_to_answer([child.pk, fresh.pk], DAY, kind="photo")
    ConsentFactory(person=child, wording=new)

    assert (before, after) == ([], [new])
    assert (asked_before, asked_after) == ([fresh], [child, fresh])
    assert queries.unanswered_questions(child, DAY, kinds=kinds) == []
    assert queries.yet_to_answer([child.pk], DAY, kind="photo") == []
