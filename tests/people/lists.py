"""One of each model that has a list and a scope: at the place or about the child, and elsewhere."""

from bookings.models import Activity
from core.access import Permission
from people.models import Learner, LearnerCare
from tests.factories.billing import AccountFactory, ChargeFactory
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    ActivityFactory,
    AttendanceFactory,
    CalendarFeedFactory,
    ClassReturnFactory,
    ClosureFactory,
    CreditFactory,
    EnrolmentFactory,
    MessageFactory,
    MessageReaderFactory,
    SessionFactory,
    SessionStaffFactory,
)
from tests.factories.centres import RoomFactory
from tests.factories.lessons import CourseRunFactory, TuitionFactory
from tests.factories.loans import CustodyFactory
from tests.factories.people import (
    AvailabilityFactory,
    ConsentFactory,
    GuardianshipFactory,
    InvitationFactory,
    LearnerCareFactory,
    LearnerFactory,
    PhotographFactory,
    RoleHeldFactory,
    SchoolClaimFactory,
    SchoolContactFactory,
    SchoolFactory,
    SchoolInvitationFactory,
    StaffAbsenceFactory,
    StaffFactory,
)
from tests.factories.safeguarding import (
    AssuranceLetterFactory,
    CheckFactory,
)
from tests.factories.schools import (
    ClaimCodeFactory,
    ClassPupilFactory,
    OrderLineFactory,
    ProgrammeClassFactory,
    SchoolOrderFactory,
    SchoolPlanFactory,
)

SEE, BILL, CARE = Permission.SEE_PERSON, Permission.SEE_BILL, Permission.SEE_CARE
ENROLMENT, ROSTER = Permission.SEE_ENROLMENT, Permission.SEE_ROSTER
SCHOOL, CENTRE, COUNTY = Permission.SEE_SCHOOL, Permission.RUN_CENTRE, Permission.RUN_COUNTY

# What a list shows is what an answer allows: by which permission each model is seen.
SEEN_BY = {
    "Person": SEE,
    "Enrolment": ENROLMENT,
    "Attendance": ENROLMENT,
    "Session": ROSTER,
    "Closure": CENTRE,
    # What is published anybody sees: these are compared while they are drafts.
    "Activity": ROSTER,
    "CourseRun": ROSTER,
    "Tuition": ROSTER,
    "SessionStaff": ROSTER,
    "Learner": SEE,
    "LearnerCare": CARE,
    "Guardianship": SEE,
    "Consent": SEE,
    "SchoolClaim": SCHOOL,
    "SchoolContact": SCHOOL,
    "SchoolInvitation": SCHOOL,
    "SchoolOrder": SCHOOL,
    "SchoolPlan": SCHOOL,
    "ProgrammeClass": SCHOOL,
    "ClassPupil": SCHOOL,
    "ClassReturn": SCHOOL,
    "ClaimCode": SCHOOL,
    "Custody": SCHOOL,
    "AssuranceLetter": SCHOOL,
    "Staff": SEE,
    "RoleHeld": SEE,
    "Account": BILL,
    "Charge": BILL,
    "Check": COUNTY,
    "AbsenceNotice": SEE,
    "Availability": ROSTER,
    "CalendarFeed": SEE,
    "Credit": ENROLMENT,
    "Invitation": SEE,
    "Message": CENTRE,
    "MessageReader": SEE,
    "Photograph": ROSTER,
    "StaffAbsence": ROSTER,
}


def about(child):
    """What is about one child alone, and the same about another."""
    return {
        "Learner": lambda: [
            Learner.objects.filter(person=child).first() or LearnerFactory(person=child),
            LearnerFactory(),
        ],
        "LearnerCare": lambda: [
            LearnerCare.objects.filter(learner_id=child.pk).first()
            or LearnerCareFactory(learner__person=child),
            LearnerCareFactory(),
        ],
        "Guardianship": lambda: [GuardianshipFactory(child=child), GuardianshipFactory()],
        "Consent": lambda: [ConsentFactory(person=child), ConsentFactory()],
        "SchoolContact": lambda: [SchoolContactFactory(person=child), SchoolContactFactory()],
        "SchoolClaim": lambda: [SchoolClaimFactory(person=child), SchoolClaimFactory()],
        "SchoolInvitation": lambda: [
            SchoolInvitationFactory(invited_by=child),
            SchoolInvitationFactory(),
        ],
        "Staff": lambda: [StaffFactory(person=child), StaffFactory()],
        "RoleHeld": lambda: [RoleHeldFactory(person=child), RoleHeldFactory()],
        "Account": lambda: [
            AccountFactory(person=child),
            AccountFactory(),
            AccountFactory(person=None, school=SchoolFactory()),
        ],
        "Charge": lambda: [ChargeFactory(person=child), ChargeFactory()],
        "Check": lambda: [CheckFactory(person=child), CheckFactory()],
        "AbsenceNotice": lambda: [AbsenceNoticeFactory(person=child), AbsenceNoticeFactory()],
        "CalendarFeed": lambda: [CalendarFeedFactory(person=child), CalendarFeedFactory()],
        "Invitation": lambda: [InvitationFactory(invited_by=child), InvitationFactory()],
        "MessageReader": lambda: [MessageReaderFactory(person=child), MessageReaderFactory()],
    }


def of_a_school(place):
    """What belongs to the school of the order, and the same of another."""
    order, teacher = place["order"], place["activity"].teacher
    line = OrderLineFactory(order=order)
    theirs = ProgrammeClassFactory(line=line, activity__teacher=teacher)
    another = ProgrammeClassFactory()
    met = SessionFactory(activity=theirs.activity, occurs_on=theirs.activity.first_on)
    SessionStaffFactory(session=met, person=teacher)
    return {
        "SchoolOrder": lambda: [order, SchoolOrderFactory()],
        "SchoolPlan": lambda: [SchoolPlanFactory(school=order.school), SchoolPlanFactory()],
        "ProgrammeClass": lambda: [theirs, another],
        "ClassPupil": lambda: [
            ClassPupilFactory(programme_class=each) for each in (theirs, another)
        ],
        "ClaimCode": lambda: [ClaimCodeFactory(programme_class=each) for each in (theirs, another)],
        "ClassReturn": lambda: [ClassReturnFactory(session=met), ClassReturnFactory()],
        "Custody": lambda: [CustodyFactory(school=order.school), CustodyFactory()],
        "AssuranceLetter": lambda: [
            AssuranceLetterFactory(school=order.school),
            AssuranceLetterFactory(person=place["child"]),
            AssuranceLetterFactory(),
        ],
    }


def around(place, theirs):
    """What belongs to the place, to its staff, or to a meeting there; and the same elsewhere."""
    return {
        "Credit": lambda: [
            CreditFactory(attendance=AttendanceFactory(**theirs)),
            CreditFactory(),
        ],
        "Availability": lambda: [
            AvailabilityFactory(staff__base_centre=place["centre"]),
            AvailabilityFactory(staff__person=place["child"]),
            AvailabilityFactory(),
        ],
        "Photograph": lambda: [
            PhotographFactory(staff__base_centre=place["centre"]),
            PhotographFactory(staff__person=place["child"]),
            PhotographFactory(),
        ],
        "StaffAbsence": lambda: [
            StaffAbsenceFactory(staff__base_centre=place["centre"]),
            StaffAbsenceFactory(),
        ],
        "Message": lambda: [
            MessageFactory(centre=place["centre"]),
            MessageFactory(activity=place["activity"]),
            MessageFactory(activity=ActivityFactory()),
            MessageFactory(),
        ],
    }


def samples(model, place):
    """One at the place, one elsewhere."""
    draft = {"status": Activity.Status.DRAFT}
    here = {"centre": place["centre"], "teacher": place["activity"].teacher}
    at_the_place = {f"activity__{name}": value for name, value in (draft | here).items()}
    session = SessionFactory(activity=place["activity"])
    SessionStaffFactory(session=session, person=place["activity"].teacher)
    theirs = {"session": session, "person": place["child"], "enrolment": place["enrolment"]}
    return {
        "SessionStaff": lambda: [session.staff.get(), SessionStaffFactory()],
        **about(place["child"]),
        **around(place, theirs),
        **of_a_school(place),
        "Person": lambda: [place["child"], place["other child"]],
        "Enrolment": lambda: [place["enrolment"], EnrolmentFactory()],
        "Attendance": lambda: [AttendanceFactory(**theirs), AttendanceFactory()],
        "Session": lambda: [session, SessionFactory()],
        "Closure": lambda: [
            ClosureFactory(centre=place["centre"]),
            ClosureFactory(activity=place["activity"]),
            ClosureFactory(room=RoomFactory(centre=place["centre"])),
            ClosureFactory(school=SchoolFactory()),
            ClosureFactory(),
        ],
        "Activity": lambda: [ActivityFactory(**draft, **here), ActivityFactory(**draft)],
        "CourseRun": lambda: [
            CourseRunFactory(**at_the_place),
            CourseRunFactory(activity__status="draft"),
        ],
        "Tuition": lambda: [
            TuitionFactory(**at_the_place),
            TuitionFactory(activity__status="draft"),
        ],
    }[model.__name__]()
