"""Who may be at every address of the portal: one line each, and no address without one."""

from dataclasses import dataclass, replace

from tests.world import ACTORS, STAFF
from tests.world_schools import AT_SCHOOL

EVERYBODY = set(ACTORS)
SIGNED_IN = EVERYBODY - {"anonymous"}
OWNED = {"absence", "child", "enrolment", "guardianship", "invitation", "meeting"}


@dataclass(frozen=True)
class Page:
    """Who may be there; what its address names; which odd answers are answers."""

    who: frozenset | set
    names: str = ""
    also: tuple = ()  # statuses that are an answer here


FOR_ALL, ONCE_IN = Page(EVERYBODY), Page(SIGNED_IN)
FAMILY = Page({"parent", "administrator"}, "enrolment")
PLACE = Page({"parent", "administrator", "head"}, "enrolment")
CARE = Page({"parent"}, "child")  # no role but the family's own opens a child's care
TAKERS = {"teacher", "head", "administrator"}
REGISTER = Page(TAKERS, "meeting", also=(422,))
COVER = Page({"head", "administrator"}, "meeting", also=(422,))
ANY_ACTIVITY = Page(SIGNED_IN, "activity")
# A school's pages: whoever speaks for it, and whoever runs the county; never another school's.
SCHOOL = Page({*AT_SCHOOL, "administrator"}, "school")
SCHOOL_SPEAKS = Page({"music_lead", "head_teacher", "administrator"}, "school")
ORDER = Page({*AT_SCHOOL, "administrator"}, "order")
ORDER_WRITES = Page({"music_lead", "head_teacher", "administrator"}, "order")
LETTER = Page({*AT_SCHOOL, "administrator", "teacher"}, "letter")  # and whom it is about
ORDER_PART = Page({"music_lead", "head_teacher", "administrator"}, "order_part")
TRAINING = Page({*AT_SCHOOL, "administrator"}, "training_place", also=(422,))
CLASS = Page({*AT_SCHOOL, "administrator"}, "class")
CLASS_KNOWS = Page({"music_lead", "head_teacher"}, "class")  # no office opens its children
CLASS_SPEAKS = replace(SCHOOL_SPEAKS, names="class")

POLICY = {
    "home": FOR_ALL,
    "accessibility": FOR_ALL,
    "privacy": FOR_ALL,
    "cookies": FOR_ALL,
    "service_worker": FOR_ALL,
    "offline": FOR_ALL,
    "healthz": FOR_ALL,
    "readyz": Page(EVERYBODY, also=(503,)),  # no broker in tests
    "styleguide": Page(STAFF),
    "reports:staff_home": Page(STAFF),
    "reports:staff_sheet": Page(STAFF, "table"),
    "demonstration_mail": Page(set()),  # there only in a demonstration
    "account_login": FOR_ALL,
    "account_logout": FOR_ALL,
    "account_signup": FOR_ALL,
    "account_inactive": FOR_ALL,
    "account_email_verification_sent": FOR_ALL,
    "account_confirm_email": Page(EVERYBODY, "key", also=(404,)),  # an unknown key
    "account_change_password": ONCE_IN,
    "account_reset_password": FOR_ALL,
    "account_reset_password_done": FOR_ALL,
    "account_reset_password_from_key": Page(EVERYBODY, "reset"),
    "account_reset_password_from_key_done": FOR_ALL,
    "openid_connect_login": Page(set()),  # there only where DfE Sign-in is set up
    "openid_connect_callback": Page(set()),
    "lessons:find_activities": FOR_ALL,
    "lessons:activity": Page(EVERYBODY, "activity"),
    "people:my_details": ONCE_IN,
    "people:my_photograph": Page({"teacher"}, also=(422,)),  # nothing is sent
    "people:take_down_photograph": Page({"teacher"}),
    "people:photograph": Page({"teacher", "administrator"}, "photograph"),
    "people:stop_news": Page(EVERYBODY, "key", also=(404,)),  # an unknown key
    "people:start_child": ONCE_IN,
    "people:check_child": ONCE_IN,
    "people:add_child": Page(SIGNED_IN, "step"),
    "people:child": CARE,
    "people:child_added": Page({"parent", "administrator"}, "child"),
    "people:change_child": CARE,
    "people:consent_history": CARE,
    "people:adults": CARE,
    "people:invite_adult": CARE,
    "people:accept_invitation": Page(EVERYBODY, "key", also=(404,)),  # an unknown key
    "people:withdraw_invitation": Page({"parent"}, "invitation"),
    "people:step_back": Page({"parent"}, "guardianship", also=(422,)),  # the last adult
    "people:choose_digest": Page(SIGNED_IN, also=(404,)),  # no answer was said
    "people:change_needs": CARE,
    "people:answer_consent": Page({"parent"}, "child", also=(404,)),  # no such question
    "bookings:my_family": ONCE_IN,
    "bookings:my_teaching": ONCE_IN,
    "bookings:send_marks": Page(SIGNED_IN, also=(400,)),  # nothing sent
    "bookings:register": REGISTER,
    "bookings:not_taught": REGISTER,
    "bookings:register_care": Page(set(), "line", also=(404,)),  # weeks from its day: nobody
    "bookings:settle_mark": Page(TAKERS, "difference", also=(404,)),  # nothing differs there
    "bookings:settle_count": Page(TAKERS, "difference", also=(404,)),  # nothing differs there
    "bookings:calendar": ONCE_IN,
    "bookings:renew_calendar_feed": ONCE_IN,
    "bookings:revoke_calendar_feed": ONCE_IN,
    "bookings:calendar_feed": Page(EVERYBODY, "key", also=(404,)),  # an unknown key
    "bookings:tell_absence": Page({"parent", "administrator"}, "child"),
    "bookings:withdraw_absence": Page({"parent", "administrator"}, "absence"),
    "bookings:attendance": Page({"parent", "administrator"}, "child"),
    "bookings:write_message": Page(STAFF, also=(422,)),  # nothing typed
    "bookings:message": Page({"head", "administrator"}, "message"),
    "bookings:send_message": Page({"head", "administrator"}, "message", also=(422,)),
    "bookings:my_messages": ONCE_IN,
    "bookings:report_my_absence": Page({"teacher"}),
    "bookings:my_cover": Page({"teacher"}),
    "bookings:withdraw_my_absence": Page({"teacher"}, "away"),
    "lessons:cover": Page(STAFF),
    "lessons:find_cover": COVER,
    "lessons:ask_cover": COVER,
    "lessons:release_cover": COVER,
    "bookings:close_place": Page(STAFF, also=(422,)),
    "bookings:closure": Page({"head", "administrator"}, "closure"),
    "bookings:undo_closure": Page({"head", "administrator"}, "closure", also=(422,)),
    "bookings:move_session": Page({"head", "administrator"}, "meeting", also=(422,)),
    "bookings:restore_session": Page({"head", "administrator"}, "meeting"),
    "bookings:plan_makeup": Page({"head", "administrator"}, "meeting", also=(422,)),
    "bookings:book_place": ANY_ACTIVITY,
    "bookings:join_waiting_list": ANY_ACTIVITY,
    "bookings:enrolment": PLACE,
    "bookings:waiting": PLACE,
    "bookings:offer": PLACE,
    "bookings:extend_hold": FAMILY,
    "bookings:release_hold": FAMILY,
    "bookings:needs": FAMILY,
    "bookings:check_booking": FAMILY,
    "bookings:confirm_place": FAMILY,
    "bookings:booked": FAMILY,
    "bookings:leave_waiting_list": FAMILY,
    "bookings:accept_offer": FAMILY,
    "bookings:decline_offer": FAMILY,
    "bookings:give_notice": FAMILY,
    "lessons:claim": FOR_ALL,
    "lessons:claim_offer": FOR_ALL,  # without a code: to where one is typed
    "lessons:claim_place": Page(SIGNED_IN, "activity"),
    "schools:home": ONCE_IN,
    "schools:school": SCHOOL,
    "schools:people": SCHOOL,
    "schools:photograph": replace(SCHOOL, names="face"),
    "schools:timetable": SCHOOL,
    "schools:letter": LETTER,
    "schools:letter_pdf": LETTER,
    "schools:check_letter": FOR_ALL,
    "school_reports:funnel": SCHOOL,
    "school_reports:funnel_csv": SCHOOL,
    "reports:funnel": Page({"administrator"}),
    "reports:funnel_csv": Page({"administrator"}),
    "schools:take_home": SCHOOL_SPEAKS,
    "schools:class_letters": CLASS_SPEAKS,
    "schools:make_letters": CLASS_SPEAKS,
    "schools:send_second_letters": CLASS_SPEAKS,
    "schools:letters_pdf": replace(CLASS_SPEAKS, also=(404,)),  # none is made yet
    "schools:order": ORDER,
    "schools:agree_order": Page({"head_teacher", "bursar"}, "order", also=(422,)),
    "schools:take_back_order": replace(ORDER, also=(422,)),
    "schools:add_po_number": replace(ORDER, also=(422,)),  # nothing typed
    "schools:cancel_order": replace(ORDER, also=(422,)),
    "lessons:training": FOR_ALL,
    "lessons:book_training": Page(SIGNED_IN, "training", also=(422,)),  # nothing typed
    "lessons:training_place": TRAINING,
    "lessons:accept_training_offer": TRAINING,
    "lessons:cancel_training": TRAINING,
    "lessons:hand_over_training": TRAINING,
    "lessons:certificate": Page(TRAINING.who, "training_place", also=(404,)),  # not held yet
    "schools:classes": SCHOOL,
    "schools:class_page": CLASS,
    "schools:change_class_size": replace(CLASS_SPEAKS, also=(422,)),  # nothing typed
    "schools:class_needs": CLASS_KNOWS,
    "schools:class_list": replace(CLASS_KNOWS, also=(422,)),  # no sheet was sent
    "schools:class_list_sheet": CLASS_KNOWS,
    "schools:remove_pupil": replace(CLASS_KNOWS, names="pupil"),
    "lessons:class_care": Page({"teacher"}, "class_meeting"),
    "schools:give_notice": replace(SCHOOL_SPEAKS, also=(422,)),  # nothing typed
    "schools:notice": replace(SCHOOL_SPEAKS, names="notice"),
    "schools:undo_notice": replace(SCHOOL_SPEAKS, names="notice", also=(422,)),
    "schools:plan": SCHOOL,
    "schools:edit_plan": SCHOOL_SPEAKS,
    "schools:plan_summary": SCHOOL,
    "schools:plan_pdf": SCHOOL,
    "people:my_schools": ONCE_IN,
    "people:claim_school": Page(SIGNED_IN, also=(422,)),  # nothing was looked for
    "people:withdraw_claim": Page({"other"}, "claim"),
    "people:school_contacts": SCHOOL,
    "people:choose_approval": Page({"head_teacher", "bursar"}, "school", also=(404,)),
    "people:invite_colleague": replace(SCHOOL_SPEAKS, also=(422,)),
    "people:leave_school": Page(AT_SCHOOL, "school"),
    "people:end_contact": replace(SCHOOL_SPEAKS, names="colleague", also=(422,)),
    "people:withdraw_school_invitation": replace(SCHOOL_SPEAKS, names="school_invitation"),
    "people:accept_school_invitation": Page(EVERYBODY, "key", also=(404,)),  # an unknown key
    "schools:orders": SCHOOL,
    "schools:start_order": replace(SCHOOL_SPEAKS, also=(422,)),  # nothing is chosen
    "schools:order_tasks": ORDER_WRITES,
    "schools:order_contact": replace(ORDER_WRITES, also=(422,)),
    "schools:discard_order": ORDER_WRITES,
    "schools:order_cost": ORDER_WRITES,
    "schools:check_order": ORDER_WRITES,
    "schools:order_pdf": ORDER,
    "schools:order_classes": replace(ORDER_PART, also=(422,)),
    "schools:order_needs": replace(ORDER_PART, also=(422,)),
    "schools:remove_line": ORDER_PART,
    "schools:take_remedy": ORDER_PART,
}
