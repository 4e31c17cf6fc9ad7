"""Who speaks for a school: asking, being let in, letting in, and leaving."""

import datetime as dt

import pytest

from core.access import Permission
from core.mail import is_still_true
from core.models import AuditRow, Email
from people import actions, rules
from people.models import School, SchoolClaim, SchoolContact, SchoolInvitation, User
from people.queries import school_accounts
from people.rules import school_parts
from tests.factories.core import NOON
from tests.factories.people import (
    SchoolClaimFactory,
    SchoolFactory,
    UserFactory,
    administrator,
    contact_of,
)

pytestmark = pytest.mark.django_db

Role = SchoolContact.Role
LATER = NOON + dt.timedelta(hours=1)
LIMITS = actions.Limits(lasts=dt.timedelta(days=7), most_a_day=10)


@pytest.fixture
def school():
    return SchoolFactory(name="Oakfield Primary")


@pytest.fixture
def lead(school):
    return contact_of(school, person__given_name="Lena", person__family_name="Ruiz")


@pytest.fixture
def head(school):
    return contact_of(school, Role.HEAD, person__given_name="Dele", person__family_name="Achebe")


@pytest.fixture
def newcomer():
    return UserFactory(
        email="ida@oakfield.example", person__given_name="Ida", person__family_name="Moss"
    )


def fresh(user):
    """What a user holds is read once an object."""
    return User.objects.get(pk=user.pk)


def claim(school, by, *roles, vouched=False, at=NOON, most=5):
    return actions.claim_school(
        school=school,
        asked=actions.AskedPart(frozenset(roles or {Role.MUSIC_LEAD}), "Teacher of music"),
        is_vouched=vouched,
        most_a_day=most,
        by=by,
        at=at,
    )


def invite(school, by, *roles, email="ida@oakfield.example", at=NOON, limits=LIMITS):
    asked = actions.AskedColleague(email, frozenset(roles or {Role.MUSIC_LEAD}))
    return actions.invite_colleague(school=school, asked=asked, limits=limits, by=by, at=at)


def accept(row, by, at=LATER):
    return actions.accept_school_invitation(key_hash=row.key_hash, by=by, at=at)


def parts(user, school):
    return set(school_accounts.parts_held(user.person_id, school))


def told(copy):
    return sorted(Email.objects.filter(copy=copy).values_list("to_address", flat=True))


# Asking to speak for a school


def test_claim_school_waits_for_us_and_opens_nothing_yet(school, lead, newcomer):
    [asked] = claim(school, newcomer)

    assert (asked.status, asked.roles) == (SchoolClaim.Status.ASKED, [Role.MUSIC_LEAD])
    assert parts(newcomer, school) == set()
    assert not fresh(newcomer).has_perm(Permission.SEE_SCHOOL, school)
    assert told("school-claim-received") == [newcomer.email]
    assert told("school-claim-noted") == [lead.email]


def test_claim_school_refuses_a_closed_school_and_says_when_it_closed(newcomer):
    gone = SchoolFactory(
        name="Nightingale JM", status=School.Status.CLOSED, closed_on=dt.date(2025, 8, 31)
    )

    with pytest.raises(school_parts.NotASchoolToday, match="closed on 31 August 2025"):
        claim(gone, newcomer)

    assert not SchoolClaim.objects.exists()


def test_claim_school_refuses_a_second_question_about_the_same_school(school, newcomer):
    claim(school, newcomer)

    with pytest.raises(school_parts.AskedAlready):
        claim(school, newcomer, Role.HEAD)

    assert SchoolClaim.objects.count() == 1


def test_claim_school_refuses_a_part_that_is_held(school, lead):
    with pytest.raises(school_parts.PlaysThisPart, match="You are music lead of Oakfield Primary"):
        claim(school, lead)


def test_claim_school_asks_for_no_more_than_some_schools_in_a_day(newcomer):
    for _ in range(2):
        claim(SchoolFactory(), newcomer, most=2)

    with pytest.raises(school_parts.TooManyClaims):
        claim(SchoolFactory(), newcomer, most=2, at=LATER)

    claim(SchoolFactory(), newcomer, most=2, at=NOON + dt.timedelta(hours=25))


def test_a_directory_vouches_for_who_works_there_but_not_for_who_agrees_orders(school, newcomer):
    known, waiting = claim(school, newcomer, Role.MUSIC_LEAD, Role.HEAD, vouched=True)

    assert (known.status, known.roles) == (SchoolClaim.Status.APPROVED, [Role.MUSIC_LEAD])
    assert (waiting.status, waiting.roles) == (SchoolClaim.Status.ASKED, [Role.HEAD])
    assert parts(newcomer, school) == {Role.MUSIC_LEAD}
    assert not fresh(newcomer).has_perm(Permission.AGREE_ORDER, school)


# Deciding


def test_approve_claim_lets_them_in_from_that_moment_and_tells_them(school, lead, newcomer):
    [asked] = claim(school, newcomer, Role.FINANCE, Role.DSL)
    office = administrator()

    actions.approve_claim(claim=asked, by=office, at=LATER)

    held = SchoolContact.objects.filter(person=newcomer.person)
    assert {(row.role, row.since) for row in held} == {(Role.FINANCE, LATER), (Role.DSL, LATER)}
    assert fresh(newcomer).has_perm(Permission.AGREE_ORDER, school)
    assert told("school-part-given") == [newcomer.email]
    assert told("school-joined") == [lead.email]
    written = AuditRow.objects.filter(table="people_schoolcontact", op="insert").latest("pk")
    assert (written.action, written.actor_name) == ("people.approve_claim", str(office))


def test_refuse_claim_tells_them_why_and_lets_nobody_in(school, newcomer):
    [asked] = claim(school, newcomer)

    actions.refuse_claim(
        claim=asked, reason="The office does not know you", by=administrator(), at=LATER
    )

    [letter] = Email.objects.filter(copy="school-claim-refused")
    assert "The office does not know you" in letter.body_text
    assert parts(newcomer, school) == set()


def test_nobody_decides_about_themselves():
    office = administrator()
    asked = SchoolClaimFactory(person=office.person)

    for decide in (
        lambda: actions.approve_claim(claim=asked, by=office, at=LATER),
        lambda: actions.refuse_claim(claim=asked, reason="No", by=office, at=LATER),
    ):
        with pytest.raises(rules.AboutOneself):
            decide()


def test_a_claim_is_decided_once(school, newcomer):
    [asked] = claim(school, newcomer)
    actions.withdraw_claim(claim=asked, by=newcomer, at=LATER)

    with pytest.raises(school_parts.ClaimDecided, match="withdrawn already"):
        actions.approve_claim(claim=asked, by=administrator(), at=LATER)

    assert parts(newcomer, school) == set()


def test_a_school_that_closed_meanwhile_is_not_approved(school, newcomer):
    [asked] = claim(school, newcomer)
    School.objects.filter(pk=school.pk).update(status=School.Status.CLOSED)

    with pytest.raises(school_parts.NotASchoolToday):
        actions.approve_claim(claim=asked, by=administrator(), at=LATER)


# Letting a colleague in


def test_invite_colleague_writes_one_letter_of_whose_key_only_the_hash_is_kept(school, lead):
    row = invite(school, lead)

    [letter] = Email.objects.filter(copy="school-invitation")
    key = letter.body_text.partition("/people/schools/invitation/")[2].partition("/")[0]
    assert (letter.to_address, letter.to_person_id) == ("ida@oakfield.example", None)
    assert "Lena Ruiz has invited you" in " ".join(letter.body_text.split())
    assert len(key) >= 40
    assert key not in str(SchoolInvitation.objects.values())
    assert row.expires_at == NOON + dt.timedelta(days=7)


def test_accept_school_invitation_lets_them_in_once(school, lead, newcomer):
    row = invite(school, lead)

    joined = accept(row, newcomer)

    assert (joined.parts, joined.waiting) == ({Role.MUSIC_LEAD}, frozenset())
    assert parts(newcomer, school) == {Role.MUSIC_LEAD}
    assert told("school-joined") == [lead.email]
    with pytest.raises(rules.InvitationOver):
        accept(row, newcomer)


def test_a_second_letter_to_an_address_takes_the_place_of_the_first(school, lead, head, newcomer):
    first, second = invite(school, lead), invite(school, head, at=LATER)

    with pytest.raises(rules.InvitationOver):
        accept(first, newcomer)
    accept(second, newcomer)

    assert parts(newcomer, school) == {Role.MUSIC_LEAD}


def test_what_a_music_lead_may_not_give_waits_for_us(school, lead, newcomer):
    """Or a lead would make of a second address of theirs the head who agrees their orders."""
    joined = accept(invite(school, lead, Role.HEAD, Role.DSL), newcomer)

    assert (joined.parts, joined.waiting) == ({Role.DSL}, {Role.HEAD})
    assert parts(newcomer, school) == {Role.DSL}
    assert SchoolClaim.objects.get().roles == [Role.HEAD]


def test_a_headteacher_lets_finance_in_at_once(school, head, newcomer):
    assert accept(invite(school, head, Role.FINANCE), newcomer).parts == {Role.FINANCE}


def test_the_office_lets_in_the_first_of_a_school(school, newcomer):
    assert accept(invite(school, administrator(), Role.HEAD), newcomer).parts == {Role.HEAD}


@pytest.mark.parametrize("reader", ["stranger", "inviter", "unproven"])
def test_an_invitation_is_for_its_address_alone(school, lead, newcomer, reader):
    row = invite(school, lead)
    newcomer.emailaddress_set.update(verified=reader != "unproven")
    who = {"stranger": UserFactory(), "inviter": lead, "unproven": newcomer}[reader]

    with pytest.raises(actions.CannotBeUsed):
        accept(row, who)

    assert school_accounts.schools_of(newcomer) == []


def test_an_invitation_ends_with_its_time_with_its_withdrawal_and_with_its_writer(
    school, lead, head, newcomer
):
    late = invite(school, lead)
    with pytest.raises(rules.InvitationOver):
        accept(late, newcomer, at=late.expires_at)

    taken_back = invite(school, head)
    actions.withdraw_school_invitation(invitation=taken_back, by=lead, at=NOON)
    with pytest.raises(rules.InvitationOver):
        accept(taken_back, newcomer)

    written = invite(school, lead, at=LATER)
    SchoolContact.objects.filter(person=lead.person).update(ended_at=LATER)
    with pytest.raises(rules.InvitationOver):
        accept(written, newcomer)
    assert not is_still_true(f"school-invitation:{written.key_hash}", at=LATER)


def test_one_address_that_is_that_already_is_not_invited(school, head, lead):
    with pytest.raises(school_parts.InvitedAlready):
        invite(school, head, email=lead.email)


def test_no_more_than_some_invitations_go_in_a_day(school, lead):
    few = actions.Limits(lasts=dt.timedelta(days=7), most_a_day=1)
    invite(school, lead, limits=few)

    with pytest.raises(rules.TooManyInvitations):
        invite(school, lead, email="another@oakfield.example", limits=few)


# Leaving


def test_leave_school_ends_everything_at_that_school_and_nothing_elsewhere(school, lead, head):
    elsewhere = SchoolFactory()
    SchoolContact.objects.create(school=elsewhere, person=lead.person, role=Role.FINANCE)
    written = invite(school, lead)
    [asked] = claim(school, lead, Role.FINANCE)

    actions.leave_school(school=school, by=lead, at=LATER)

    left = fresh(lead)
    assert left.schools_served() == {elsewhere.pk}
    assert not left.has_perm(Permission.SEE_SCHOOL, school)
    asked.refresh_from_db()
    written.refresh_from_db()
    assert asked.status == SchoolClaim.Status.WITHDRAWN
    assert written.withdrawn_at == LATER
    assert Email.objects.get(copy="school-invitation").status == Email.Status.CANCELLED
    assert told("school-part-ended") == [lead.email]
    assert told("school-left") == [head.email]


def test_who_comes_back_has_the_same_row_anew(school, lead, head):
    actions.leave_school(school=school, by=lead, at=NOON)

    accept(invite(school, head, email=lead.email), lead, at=LATER)

    contact = SchoolContact.objects.get(person=lead.person)
    assert (contact.since, contact.ended_at) == (LATER, None)


def test_end_contact_is_for_who_could_have_let_them_in(school, lead, head):
    with pytest.raises(school_parts.NotYoursToEnd):
        actions.end_contact(school=school, person=head.person, by=lead, at=LATER)

    actions.end_contact(school=school, person=lead.person, by=head, at=LATER)

    assert fresh(lead).schools_served() == set()
    assert fresh(head).schools_served() == {school.pk}


def test_choose_approval_is_kept(school, head):
    actions.choose_approval(school=school, wants_approval=False, by=head, at=LATER)

    school.refresh_from_db()
    assert not school.wants_approval


# Finding a school


def test_schools_are_found_by_number_name_and_postcode_closed_ones_too():
    oak = SchoolFactory(urn=117079, name="Oakfield", postcode="SG14 2EP")
    SchoolFactory(urn=117080, name="Ashfield", postcode="AL1 1AA")
    gone = SchoolFactory(urn=117081, name="Old Oakfield", status=School.Status.CLOSED)

    assert school_accounts.schools_to_claim("117079") == [oak]
    assert school_accounts.schools_to_claim("oakf") == [oak, gone]
    assert school_accounts.schools_to_claim("sg14 2ep") == [oak]
    assert school_accounts.schools_to_claim("99999999") == []
    assert school_accounts.schools_to_claim(" ") == []


def test_a_demonstration_finds_no_real_school():
    SchoolFactory(urn=117079, name="Oakfield", is_invented=False)

    for words in ("117079", "oakfield"):
        assert school_accounts.schools_to_claim(words, invented_only=True) == []
