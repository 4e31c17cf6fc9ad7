"""Another adult is asked, comes in, steps back: who gets what, and who is told."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.mail import is_still_true
from core.models import Email
from people import actions, rules
from people.models import Guardianship, Invitation
from people.queries import adults_known
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory, GuardianshipFactory, UserFactory

pytestmark = pytest.mark.django_db

LATER = NOON + dt.timedelta(hours=1)
LIMITS = actions.Limits(lasts=dt.timedelta(days=7), most_a_day=10)
SEE_AND_PAY = frozenset({"may_see", "may_pay"})


@pytest.fixture
def ann():
    return GuardianFactory(person__given_name="Ann", person__family_name="Able")


@pytest.fixture
def ben():
    return UserFactory(email="ben@home.example", person__given_name="Ben")


@pytest.fixture
def child(ann):
    return ChildFactory(guardian=ann, given_name="Odette", family_name="Able")


def invite(ann, *children, email="ben@home.example", may=SEE_AND_PAY, at=NOON, limits=LIMITS):
    asked = actions.Asked(email=email, relationship="parent", may=may)
    return actions.invite_adult(children=children, asked=asked, limits=limits, by=ann, at=at)


def accept(row, by, at=LATER):
    return actions.accept_invitation(key_hash=row.key_hash, by=by, at=at)


def rights(adult, child):
    link = Guardianship.objects.filter(adult=adult.person, child=child).first()
    return link and {right for right in rules.MAY if getattr(link, right)}


def letters(copy):
    return list(Email.objects.filter(copy=copy).order_by("pk"))


# Asking


def test_invite_adult_writes_one_letter_with_a_key_of_which_only_the_hash_is_kept(ann, child):
    [row] = invite(ann, child)

    [letter] = letters("carer-invitation")
    key = letter.body_text.partition("/people/invitation/")[2].partition("/")[0]
    assert (letter.to_address, letter.to_person_id) == ("ben@home.example", None)
    words = " ".join(letter.body_text.split())
    assert "Ann Able has asked us to give you a sign-in of your own for Odette's music" in words
    assert "see lessons, calendar and attendance; see and pay bills" in words
    assert "collect" not in words
    assert len(key) >= 40
    assert key not in str(Invitation.objects.values())
    assert row.expires_at == NOON + dt.timedelta(days=7)


def test_one_letter_asks_for_several_children(ann, child, ben):
    sister = ChildFactory(guardian=ann, given_name="Zora")

    first, second = invite(ann, child, sister)
    accept(first, ben)

    assert first.key_hash == second.key_hash
    assert "Odette and Zora" in letters("carer-invitation")[0].subject
    assert rights(ben, child) == rights(ben, sister) == SEE_AND_PAY


def test_nobody_gives_more_than_they_hold(ann):
    child = ChildFactory()
    GuardianshipFactory(adult=ann.person, child=child, may_collect=False)

    with pytest.raises(rules.NotYoursToGive, match="You may not collect from lessons for Anaya"):
        invite(ann, child, may=frozenset({"may_see", "may_collect"}))

    assert not Email.objects.exists()


def test_whoever_books_must_see_or_nobody_tells_them_that_it_is_off():
    ann = GuardianFactory()
    child = ChildFactory(guardian=ann)

    with pytest.raises(rules.BooksUnseen):
        invite(ann, child, may=frozenset({"may_book", "may_collect"}))

    assert not Invitation.objects.exists()


@pytest.mark.parametrize("link", [{"may_book": False}, {"may_see": False}, {"barred": True}, None])
def test_who_may_not_book_and_see_may_not_invite(ann, link):
    child = ChildFactory()
    if link is not None:
        GuardianshipFactory(adult=ann.person, child=child, **link)

    with pytest.raises(rules.NotYoursToGive):
        invite(ann, child)

    assert not Invitation.objects.exists()


def test_a_second_letter_to_the_same_address_takes_the_place_of_the_first(ann, child, ben):
    [first] = invite(ann, child)
    [second] = invite(ann, child, at=LATER)

    with pytest.raises(rules.InvitationOver):
        accept(first, ben)
    accept(second, ben)

    assert [letter.status for letter in letters("carer-invitation")] == ["cancelled", "queued"]


def test_an_adult_sends_so_many_letters_in_a_day_and_no_more(ann, child):
    two = actions.Limits(lasts=dt.timedelta(days=7), most_a_day=2)
    for name in ("a", "b"):
        invite(ann, child, email=f"{name}@home.example", limits=two)

    with pytest.raises(rules.TooManyInvitations, match="2 invitations in a day"):
        invite(ann, child, email="c@home.example", limits=two)
    tomorrow = NOON + dt.timedelta(days=1, minutes=1)

    assert invite(ann, child, email="c@home.example", limits=two, at=tomorrow)


def test_an_address_with_an_account_and_one_without_are_asked_alike(ann, child, ben):
    invite(ann, child, email="first@home.example")  # the words of the letter are remembered now
    counted = []
    for address in (ben.email, "nobody@home.example"):
        with CaptureQueriesContext(connection) as caught:
            invite(ann, child, email=address)
        counted.append(len(caught))

    assert counted[0] == counted[1]
    _, with_account, without = letters("carer-invitation")
    assert with_account.subject == without.subject
    assert with_account.to_person_id is without.to_person_id is None


# Accepting


def test_accept_invitation_lets_in_for_what_was_chosen_and_tells_both(ann, child, ben):
    [row] = invite(ann, child)

    accept(row, ben)

    row.refresh_from_db()
    link = Guardianship.objects.get(adult=ben.person)
    assert rights(ben, child) == SEE_AND_PAY
    assert (link.parental_responsibility, link.contact_order) == ("unknown", 2)
    assert (row.accepted_at, row.accepted_by_id) == (LATER, ben.person_id)
    [to_ann], [to_ben] = letters("carer-accepted"), letters("carer-welcome")
    assert (to_ann.to_address, to_ben.to_address) == (ann.email, ben.email)
    assert "see and pay bills" in to_ann.body_text


def test_what_an_adult_could_do_already_stays(ann, child, ben):
    GuardianshipFactory(
        adult=ben.person, child=child, relationship="grandparent", may_book=False, may_see=False
    )
    [row] = invite(ann, child, may=frozenset({"may_see"}))

    accept(row, ben)

    assert rights(ben, child) == {"may_see", "may_pay", "may_collect"}
    assert Guardianship.objects.get(adult=ben.person).relationship == "grandparent"


def test_accepting_again_changes_nothing_and_tells_nobody_twice(ann, child, ben):
    [row] = invite(ann, child)
    accept(row, ben)

    assert accept(row, ben, at=LATER + dt.timedelta(hours=1)) == []
    assert len(letters("carer-accepted")) == len(letters("carer-welcome")) == 1


def test_a_letter_is_used_once(ann, child, ben):
    [row] = invite(ann, child)
    accept(row, ben)
    ben.emailaddress_set.all().delete()
    thief = UserFactory()
    thief.emailaddress_set.update(email="ben@home.example")

    with pytest.raises(rules.InvitationOver):
        accept(row, thief)

    assert rights(thief, child) is None


@pytest.mark.parametrize("is_verified", [True, False])
def test_only_whoever_proved_the_address_comes_in(ann, child, is_verified):
    [row] = invite(ann, child)
    other = UserFactory(email="other@home.example" if is_verified else "ben@home.example")
    other.emailaddress_set.update(verified=is_verified)

    with pytest.raises(actions.CannotBeUsed):
        accept(row, other)

    assert rights(other, child) is None


def test_a_letter_too_old_or_withdrawn_opens_nothing(ann, child, ben):
    [row] = invite(ann, child)

    with pytest.raises(rules.InvitationOver):
        accept(row, ben, at=NOON + dt.timedelta(days=7))
    actions.withdraw_invitation(invitation=row, by=ann, at=LATER)
    with pytest.raises(rules.InvitationOver):
        accept(row, ben)

    assert rights(ben, child) is None
    assert letters("carer-invitation")[0].status == Email.Status.CANCELLED


def test_what_was_accepted_is_not_withdrawn(ann, child, ben):
    [row] = invite(ann, child)
    accept(row, ben)

    with pytest.raises(rules.InvitationOver, match="Call us"):
        actions.withdraw_invitation(invitation=row, by=ann, at=LATER)

    assert rights(ben, child) == SEE_AND_PAY


@pytest.mark.parametrize(
    "lost",
    [
        {"may_book": False},
        {
            "is_barred": True,
            "may_book": False,
            "may_see": False,
            "may_pay": False,
            "may_collect": False,
        },
    ],
)
def test_whoever_lost_the_right_to_invite_lets_nobody_in(ann, child, ben, lost):
    [row] = invite(ann, child)
    [letter] = letters("carer-invitation")
    before = is_still_true(letter.reason, at=LATER)
    Guardianship.objects.filter(adult=ann.person).update(**lost)

    with pytest.raises(rules.InvitationOver):
        accept(row, ben)

    assert (before, is_still_true(letter.reason, at=LATER)) == (True, False)
    assert rights(ben, child) is None


def test_whoever_closed_their_account_lets_nobody_in(ann, child, ben):
    [row] = invite(ann, child)
    ann.is_active = False
    ann.save()

    with pytest.raises(rules.InvitationOver):
        accept(row, ben)


def test_nobody_gets_more_than_the_inviter_still_has(ann, child, ben):
    [row] = invite(ann, child)
    Guardianship.objects.filter(adult=ann.person).update(may_pay=False)

    accept(row, ben)

    assert rights(ben, child) == {"may_see"}
    assert "bills" not in letters("carer-welcome")[0].body_text


def test_a_barred_adult_is_never_let_in_and_the_inviter_is_told_nothing(ann, child, ben):
    GuardianshipFactory(adult=ben.person, child=child, barred=True)
    [row] = invite(ann, child)
    [letter] = letters("carer-invitation")

    with pytest.raises(actions.CannotBeUsed, match="This invitation cannot be used"):
        accept(row, ben)

    assert rights(ben, child) == set()
    assert is_still_true(letter.reason, at=LATER) is False
    assert [each.copy for each in Email.objects.all()] == ["carer-invitation"]


def test_a_bar_for_one_child_closes_the_letter_for_all(ann, child, ben):
    GuardianshipFactory(adult=ben.person, child=child, barred=True)
    sister = ChildFactory(guardian=ann, given_name="Zora")
    row, _ = invite(ann, child, sister)

    with pytest.raises(actions.CannotBeUsed):
        accept(row, ben)

    assert rights(ben, sister) is None


def test_a_child_is_not_let_in_to_itself(ann, child):
    pupil = UserFactory(email="ben@home.example", person=child)
    [row] = invite(ann, child)

    with pytest.raises(actions.CannotBeUsed):
        accept(row, pupil)


# Who knows whom


def test_a_parent_knows_the_other_and_not_whom_the_other_let_in(ann, child, ben):
    cat = UserFactory(email="cat@home.example", person__given_name="Cat", person__family_name="Q")
    GuardianshipFactory(adult=ben.person, child=child)
    [row] = invite(ann, child, email=cat.email, may=frozenset({"may_see", "may_collect"}))
    accept(row, cat)

    def named(reader):
        return [known.name for known in adults_known(child, reader)]

    assert named(ann) == ["Ann Able", str(ben), "Cat Q"]
    assert named(ben) == ["Ann Able", str(ben), ""]
    assert named(cat) == ["Ann Able", str(ben), "Cat Q"]


def test_a_barred_adult_and_one_who_stepped_back_are_on_no_list(ann, child, ben):
    GuardianshipFactory(adult=ben.person, child=child, barred=True)

    assert [known.link.adult for known in adults_known(child, ann)] == [ann.person]


# Stepping back


def test_step_back_gives_everything_up_and_tells_those_who_know_them(ann, child, ben):
    cat = UserFactory(email="cat@home.example")
    GuardianshipFactory(adult=ben.person, child=child)
    [row] = invite(ann, child, email=cat.email)
    [link] = accept(row, cat)

    actions.step_back(link=link, by=cat, at=LATER)

    assert rights(cat, child) == set()
    assert [each.to_address for each in letters("carer-stepped-back")] == [ann.email]
    assert [each.to_address for each in letters("carer-left")] == [cat.email]


def test_the_last_adult_who_books_stays(ann, child, ben):
    GuardianshipFactory(adult=ben.person, child=child, may_book=False)
    link = Guardianship.objects.get(adult=ann.person, child=child)

    with pytest.raises(rules.LastAdult, match="Nobody else books for Odette"):
        actions.step_back(link=link, by=ann, at=LATER)

    assert "may_book" in rights(ann, child)


def test_a_letter_of_somebody_who_stepped_back_opens_nothing(ann, child, ben):
    GuardianshipFactory(adult=GuardianFactory().person, child=child)
    [row] = invite(ann, child)
    link = Guardianship.objects.get(adult=ann.person, child=child)

    actions.step_back(link=link, by=ann, at=LATER)

    with pytest.raises(rules.InvitationOver):
        accept(row, ben)
