"""Codes of take-home letters: made once each, read as typed, used once, and for one child."""

import datetime as dt
from functools import partial

import pytest
from django.conf import settings

from bookings import actions as bookings
from bookings.models import Enrolment
from core import sealed
from core.models import AuditRow, Email
from core.sealed import SealBroken
from lessons.actions import claims, take_home
from lessons.models import ClaimCode, OrderPolicy
from lessons.queries import claims as queries
from lessons.rules import claims as rules
from lessons.rules.claims import Counted, Groups, Standing
from tests.bookings.stage import family
from tests.factories.core import NOON
from tests.factories.people import SchoolFactory, contact_of
from tests.factories.schools import ClassPupilFactory
from tests.lessons.claiming import HERTFORD, a_code, made_letters, open_run, taught_class
from tests.races import all_at_once, done, refused, unlock

LATER = NOON + dt.timedelta(days=121)


def claim(code, activity, child, by, waits=False, at=NOON):
    return claims.claim_place(code=code, activity=activity, person=child, waits=waits, by=by, at=at)


# How a code is spelt


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("KTR 7XQ WM4", "KTR7XQWM4"),
        (" ktr-7xq-wm4 ", "KTR7XQWM4"),
        ("KTR7XQWM", None),
        ("KTR 7XQ WM0", None),  # no nought is ever printed
        ("", None),
        ("'; DROP TABLE", None),
    ],
)
def test_a_code_is_read_as_people_type_it(typed, read):
    assert rules.read(typed) == read


def test_a_code_is_spelt_without_vowels_and_lookalikes():
    spelt = {rules.spelt(bytes([number]) * 32) for number in range(256)}

    assert len(spelt) > 250
    assert {len(code) for code in spelt} == {9}
    assert not set("AEIOULSZ015") & set("".join(spelt))
    assert all(rules.read(rules.printed(code)) == code for code in spelt)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (Groups(), [0, 0, 0]),
        (Groups(pp=3, send=2), [3, 2, 0]),
        (Groups(pp=3, send=2, both=2), [3, 2, 2]),
        (Groups(pp=1, send=4, both=1), [1, 4, 1]),
        (Groups(pp=6, send=6, both=6), [6, 6, 6]),
    ],
)
def test_letters_are_counted_into_the_groups_as_the_school_said(groups, expected):
    order = [bytes([value]) for value in (9, 3, 7, 1, 8, 2)]

    kinds = rules.counted(6, groups, order=order)

    pp, send = [kind.has_pp for kind in kinds], [kind.has_send for kind in kinds]
    both = [kind == Counted(True, True) for kind in kinds]
    assert [sum(pp), sum(send), sum(both)] == expected


def test_the_number_of_a_letter_says_nothing_of_its_group():
    kinds = rules.counted(4, Groups(pp=2), order=[b"9", b"1", b"5", b"3"])

    assert [kind.has_pp for kind in kinds] == [False, True, False, True]


@pytest.mark.parametrize("groups", [Groups(5, 2), Groups(2, 2, 3)])
def test_groups_larger_than_the_class_are_refused(groups):
    with pytest.raises(rules.RuleBroken):
        rules.check_groups(4, groups)


def test_letters_go_home_in_the_taught_week_or_at_the_end_of_a_short_course():
    days = [dt.date(2026, 9, day) for day in (8, 15, 22)]

    assert [rules.letters_day(days, week) for week in (2, 8)] == [days[1], days[2]]
    assert rules.letters_day([], 8) is None


# Making letters


@pytest.mark.django_db
def test_make_letters_gives_each_child_expected_a_code_of_its_own():
    row, letters = made_letters(4, Groups(pp=2, send=1))

    codes = {queries.code_of(letter) for letter in letters}
    row.refresh_from_db()
    assert len(codes) == 4
    assert {queries.code_named(code).pk for code in codes} == {one.pk for one in letters}
    assert [one.number for one in letters] == [1, 2, 3, 4]
    assert sum(one.has_pp for one in letters) == 2
    assert (row.pp_pupils, row.send_pupils, row.letters_made_at) == (2, 1, NOON)
    assert {one.expires_at.date() for one in letters} == {dt.date(2027, 3, 23)}


@pytest.mark.django_db
def test_make_letters_writes_no_code_anywhere():
    _, letters = made_letters(2)

    codes = [queries.code_of(letter) for letter in letters]
    written = str(list(ClaimCode.objects.values())) + str(list(AuditRow.objects.values()))
    assert not any(code in written or rules.printed(code) in written for code in codes)


@pytest.mark.django_db
def test_make_letters_again_adds_only_who_has_none():
    row, _ = made_letters(2)
    row.activity.headcount = 3
    row.activity.save()

    added = take_home.make_letters(programme_class=row, groups=None, by=None, at=NOON)

    assert (added, [one.number for one in queries.codes_of(row)]) == (1, [1, 2, 3])
    with pytest.raises(rules.NobodyToWriteTo):
        take_home.make_letters(programme_class=row, groups=None, by=None, at=NOON)


@pytest.mark.django_db
def test_make_letters_follows_the_class_list():
    row = taught_class(2)
    ClassPupilFactory(programme_class=row, given_name="Asha", has_pp=True)
    ClassPupilFactory(programme_class=row, given_name="Ben", has_send=True)
    take_home.make_letters(programme_class=row, groups=None, by=None, at=NOON)
    ClassPupilFactory(programme_class=row, given_name="Cai")

    take_home.make_letters(programme_class=row, groups=None, by=None, at=NOON)

    made = [(one.pupil.given_name, one.has_pp, one.has_send) for one in queries.codes_of(row)]
    assert made == [("Asha", True, False), ("Ben", False, True), ("Cai", False, False)]


@pytest.mark.django_db
def test_remake_letters_closes_the_first_and_counts_anew():
    row, [first, *_] = made_letters(3)
    teacher = contact_of(row.activity.school)

    take_home.remake_letters(programme_class=row, groups=Groups(pp=1), by=teacher, at=NOON)

    assert [one.has_pp for one in queries.codes_of(row)].count(True) == 1
    assert len(queries.codes_of(row)) == 3
    first = queries.code_kept(first.ref)
    assert queries.standing_of(first, None, at=NOON) == Standing.OVER


@pytest.mark.django_db
def test_remake_letters_refuses_once_a_family_has_one_in_hand():
    row, [first, *_] = made_letters(3)
    claims.open_offer(code=first, by=None, at=NOON)

    with pytest.raises(rules.LettersOut):
        take_home.remake_letters(
            programme_class=row, groups=Groups(), by=contact_of(row.activity.school), at=NOON
        )

    assert len(queries.codes_of(row)) == 3


@pytest.mark.django_db
def test_send_second_letters_lets_unused_codes_live_for_as_long_again():
    row, [used, unused] = made_letters(2)
    guardian, child = family()
    claim(used, open_run(), child, guardian)

    take_home.send_second_letters(programme_class=row, by=contact_of(row.activity.school), at=LATER)

    row.refresh_from_db()
    stands = [
        queries.standing_of(queries.code_kept(one.ref), None, at=LATER) for one in (used, unused)
    ]
    assert row.second_letters_at == LATER
    assert stands == [Standing.OVER, Standing.OPEN]
    assert queries.code_of(queries.code_kept(unused.ref)) == queries.code_of(unused)


@pytest.mark.django_db
def test_make_due_letters_makes_them_once_and_tells_the_school_once():
    school = SchoolFactory(**HERTFORD)
    lead = contact_of(school, person__given_name="Mina")
    day = NOON.date()
    rows = [taught_class(2, school=school, letters_on=day, class_name=name) for name in "AB"]
    taught_class(2, letters_on=day + dt.timedelta(days=1))

    assert [take_home.make_due_letters(at=NOON), take_home.make_due_letters(at=NOON)] == [2, 0]
    [letter] = Email.objects.filter(copy="letters-ready")
    assert letter.to_person_id == lead.person_id
    assert "Ukulele, A; Ukulele, B" in " ".join(letter.body_text.split())
    assert [len(queries.codes_of(row)) for row in rows] == [2, 2]


# Using one


@pytest.mark.django_db
def test_claim_place_holds_the_place_and_uses_the_code():
    letter, _ = a_code()
    guardian, child = family()
    group = open_run()

    enrolment = claim(letter, group, child, guardian)

    letter.refresh_from_db()
    assert (enrolment.status, enrolment.person) == (Enrolment.Status.HELD, child)
    assert (letter.claimed_at, letter.claimed_by, letter.child, letter.enrolment) == (
        NOON,
        guardian.person,
        child,
        enrolment,
    )


@pytest.mark.django_db
def test_claim_place_works_once():
    letter, _ = a_code()
    guardian, child = family()
    claim(letter, open_run(), child, guardian)
    stranger, other = family()

    with pytest.raises(rules.NoSuchCode):
        claim(letter, open_run(), other, stranger)

    assert not Enrolment.objects.filter(person=other).exists()


@pytest.mark.django_db
def test_claim_place_lets_its_family_choose_again_until_a_place_is_theirs():
    letter, _ = a_code()
    guardian, child = family()
    first, second = open_run(), open_run(local_start=dt.time(14))
    held = claim(letter, first, child, guardian)

    again = claim(letter, second, child, guardian, at=NOON + dt.timedelta(minutes=1))
    bookings.confirm_place(enrolment=again, by=guardian, at=NOON)

    held.refresh_from_db()
    letter = queries.code_kept(letter.ref)
    assert (held.status, letter.claimed_at) == (Enrolment.Status.CANCELLED, NOON)
    assert queries.standing_of(letter, guardian, at=NOON) == Standing.OVER
    with pytest.raises(rules.NoSuchCode):
        claim(letter, first, child, guardian)


@pytest.mark.django_db
def test_claim_place_waits_where_every_place_is_taken():
    letter, _ = a_code()
    guardian, child = family()
    full = open_run(capacity=1)
    sitter, other = family()
    bookings.hold_place(activity=full, person=other, by=sitter, at=NOON)

    enrolment = claim(letter, full, child, guardian, waits=True)

    assert enrolment.status == Enrolment.Status.WAITING


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["expired", "withdrawn"])
def test_claim_place_refuses_a_code_that_is_over(fault):
    letter, _ = a_code()
    guardian, child = family()
    if fault == "withdrawn":
        ClaimCode.objects.update(withdrawn_at=NOON)
    at = LATER if fault == "expired" else NOON

    with pytest.raises(rules.NoSuchCode):
        claim(letter, open_run(), child, guardian, at=at)


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["another instrument", "another school"])
def test_claim_place_opens_only_its_own_offer(place):
    letter, _ = a_code()
    guardian, child = family()
    if place == "another school":
        group = open_run(centre=None, school=SchoolFactory())
    else:
        group = open_run("tuba")
        type(group.course_run.course.subject).objects.filter(slug="tuba").update(family="brass")

    with pytest.raises(rules.NotTheirOffer):
        claim(letter, group, child, guardian)


@pytest.mark.django_db
def test_a_child_uses_one_letter_of_a_class():
    _, [first, second, *_] = made_letters()
    guardian, child = family()
    group = open_run()
    claim(first, group, child, guardian)

    with pytest.raises(rules.ChildHasALetter):
        claim(second, group, child, guardian)


@pytest.mark.django_db
def test_a_code_made_with_an_older_key_opens_still(settings):
    old = "old:" + "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w="
    settings.FIELD_KEYS = [old]
    sealed._keys.cache_clear()
    letter, code = a_code()
    settings.FIELD_KEYS = ["new:" + "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU=", old]
    sealed._keys.cache_clear()

    assert queries.code_named(code).pk == letter.pk
    assert queries.code_of(letter) == code
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    sealed._keys.cache_clear()
    assert queries.code_named(code) is None
    with pytest.raises(SealBroken):
        queries.code_of(letter)
    sealed._keys.cache_clear()


@pytest.mark.django_db
def test_the_offer_is_the_schools_own_first_then_what_is_near():
    letter, _ = a_code()
    school = letter.programme_class.activity.school
    theirs = open_run(centre=None, school=school, title="Ukulele club")
    near = open_run(title="Ukulele at the centre")
    open_run(title="Far", centre__latitude=52.9, centre__longitude=-2.0)
    open_run(centre=None, school=SchoolFactory(**HERTFORD), title="Another school’s")
    open_run(title="For the oldest", min_year=11, max_year=13)
    like = open_run("guitar", title="Guitar")

    offer = queries.offer_of(letter, at=NOON)

    assert [found.ref for found in offer.here] == [theirs.ref]
    assert [found.ref for found in offer.near] == [near.ref]
    assert [found.ref for found in offer.alike] == [like.ref]
    assert (offer.subject, offer.year) == ("Ukulele", "4")


@pytest.mark.django_db
def test_next_year_the_offer_is_for_a_year_older():
    letter, _ = a_code()

    assert queries.offer_of(letter, at=NOON.replace(year=2027)).year == "5"


# Two families and one code


def race(families):
    OrderPolicy.objects.all().delete()
    letter, _ = a_code()
    groups = [open_run(last_on=dt.date(2027, 1, 30)) for _ in families]
    outcomes = all_at_once(
        [
            partial(claim, letter, group, child, guardian)
            for group, (guardian, child) in zip(groups, families, strict=True)
        ]
    )
    held = Enrolment.objects.filter(activity__in=groups, status=Enrolment.Status.HELD).count()
    return outcomes, held


@pytest.mark.django_db(transaction=True)
def test_a_code_goes_to_one_of_eight_families():
    outcomes, held = race([family() for _ in range(8)])

    assert (len(done(outcomes)), held) == (1, 1)
    assert {type(one) for one in refused(outcomes)} == {rules.NoSuchCode}


@pytest.mark.django_db(transaction=True)
def test_a_code_goes_to_several_families_without_the_lock(monkeypatch):
    unlock(monkeypatch)

    held = max(race([family() for _ in range(8)])[1] for _ in range(3))

    assert held > 1


def test_the_settings_of_claims_are_numbers_that_stop_a_guesser():
    tries_a_day = settings.CLAIM_TRIES * 24 * 60 / settings.CLAIM_TRIES_MINUTES
    assert len(rules.LETTERS) ** rules.LENGTH / (tries_a_day * 10_000) > 10_000
