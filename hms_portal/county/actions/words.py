"""Moves in what the service says and asks: letters, policies, questions of consent, prices."""

import datetime as dt
from decimal import Decimal

from billing.models import Rate
from core.actions import action
from core.models import MailCopy, Wording
from hms_portal.county import sources
from lessons.models import Course, Genre, Subject, TakeHomeWording
from people.models import ConsentWording, User

POLICIES_FROM = dt.date(2026, 9, 1)


@action
def load_words(*, by: User | None, at: dt.datetime) -> int:
    """Every letter, policy and question of consent has its words."""
    return _load_mail_copy() + _load_policies() + _load_consents() + _load_take_home()


def _load_mail_copy() -> int:
    known = set(MailCopy.objects.values_list("slug", flat=True))
    letters = [
        MailCopy(slug=row["slug"], subject=row["subject"], body=row["body"])
        for row in sources.rows("mail_copy")
        if row["slug"] not in known
    ]
    return len(MailCopy.objects.bulk_create(letters))


def _load_policies() -> int:
    known = set(Wording.objects.values_list("slug", flat=True))
    texts = [
        Wording(slug=policy.slug, title=policy.title, body=policy.body, from_on=POLICIES_FROM)
        for policy in sources.policies()
        if policy.slug not in known
    ]
    return len(Wording.objects.bulk_create(texts))


def _load_consents() -> int:
    known = set(ConsentWording.objects.values_list("kind", "audience", "version"))
    questions = [
        ConsentWording(
            kind=row["kind"],
            version=int(row["version"]),
            audience=row["audience"],
            title=row["title"],
            wording=row["wording"],
            why=row["why"],
            withdraw=row["withdraw"],
            from_on=sources.day(row["from"]),
            to_on=sources.day_or_none(row["to"]),
        )
        for row in sources.rows("consents")
        if (row["kind"], row["audience"], int(row["version"])) not in known
    ]
    return len(ConsentWording.objects.bulk_create(questions))


def _load_take_home() -> int:
    """The words of take-home letters in each language; who checked them is said in the row."""
    known = set(TakeHomeWording.objects.values_list("language", "from_on"))
    plain = ("language", "name", "own_name", "heading", "body", "steps", "help_line")
    texts = [
        TakeHomeWording(
            **{name: row[name] for name in plain},
            is_checked=sources.is_yes(row["is_checked"]),
            from_on=sources.day(row["from"]),
            to_on=sources.day_or_none(row["to"]),
        )
        for row in sources.rows("take_home_words")
        if (row["language"], sources.day(row["from"])) not in known
    ]
    return len(TakeHomeWording.objects.bulk_create(texts))


@action
def load_rates(*, by: User | None, at: dt.datetime) -> int:
    """Every price is there in both its versions."""
    known = set(Rate.objects.values_list("key", "audience", "from_on"))
    rates = [
        Rate(
            key=row["key"],
            audience=row["audience"],
            amount=Decimal(row["amount"]),
            unit=row["unit"],
            from_on=sources.day(row["from"]),
            to_on=sources.day_or_none(row["to"]),
            description=row["description"],
        )
        for row in sources.rows("rates")
        if (row["key"], row["audience"], sources.day(row["from"])) not in known
    ]
    return len(Rate.objects.bulk_create(rates))


@action
def load_catalogue(*, by: User | None, at: dt.datetime) -> int:
    """The subjects, the genres and the courses of the prospectus."""
    if Subject.objects.exists():
        return 0
    names = ("slug", "name", "family", "tile", "summary")
    subjects = {
        row["slug"]: Subject(
            **{name: row[name] for name in names}, youngest_age=int(row["youngest_age"])
        )
        for row in sources.rows("subjects")
    }
    genres = {row["slug"]: Genre(**row) for row in sources.rows("genres")}
    Subject.objects.bulk_create(subjects.values())
    Genre.objects.bulk_create(genres.values())
    return len(subjects) + len(genres) + _load_courses(subjects, genres)


def _load_courses(subjects: dict[str, Subject], genres: dict[str, Genre]) -> int:
    courses = {row["slug"]: _course(row, subjects) for row in sources.rows("courses")}
    Course.objects.bulk_create(courses.values())
    also, of = Course.also_subjects.through, Course.genres.through
    also_subjects, of_genres = [], []
    for row in sources.rows("courses"):
        course = courses[row["slug"]]
        for slug in sources.listed(row["subjects"])[1:]:
            also_subjects.append(also(course_id=course.pk, subject_id=subjects[slug].pk))
        for slug in sources.listed(row["genres"]):
            of_genres.append(of(course_id=course.pk, genre_id=genres[slug].pk))
    also.objects.bulk_create(also_subjects)
    of.objects.bulk_create(of_genres)
    return len(courses)


def _course(row: sources.Row, subjects: dict[str, Subject]) -> Course:
    words = [
        "slug",
        "title",
        "summary",
        "description",
        "audience",
        "stage",
        "tile",
        "what_to_bring",
        "access_notes",
    ]
    return Course(
        **{name: row[name] for name in words},
        subject=subjects[sources.listed(row["subjects"])[0]],
        adult_stays=sources.is_yes(row["adult_stays"]),
        smallest_group=int(row["capacity_min"]),
        is_published=row["format"] != "holiday",
    )
