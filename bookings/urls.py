"""Addresses of bookings."""

from django.urls import path

from bookings import views

app_name = "bookings"
urlpatterns = [
    path("", views.my_family, name="my_family"),
    path("teaching/", views.my_teaching, name="my_teaching"),
    path("registers/", views.send_marks, name="send_marks"),
    path("registers/<uuid:ref>/", views.register, name="register"),
    path("registers/<uuid:ref>/not-taught/", views.not_taught, name="not_taught"),
    path("registers/<uuid:ref>/care/<uuid:person>/", views.register_care, name="register_care"),
    path("registers/<uuid:ref>/settle/<uuid:key>/", views.settle_mark, name="settle_mark"),
    path("messages/", views.write_message, name="write_message"),
    path("messages/<uuid:ref>/", views.message, name="message"),
    path("messages/<uuid:ref>/send/", views.send_message, name="send_message"),
    path("my-messages/", views.my_messages, name="my_messages"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/address/", views.renew_calendar_feed, name="renew_calendar_feed"),
    path("calendar/address/stop/", views.revoke_calendar_feed, name="revoke_calendar_feed"),
    path("feed/<str:key>.ics", views.calendar_feed, name="calendar_feed"),
    path("away/<uuid:ref>/", views.tell_absence, name="tell_absence"),
    path("away/<uuid:ref>/back/", views.withdraw_absence, name="withdraw_absence"),
    path("attendance/<uuid:ref>/", views.attendance, name="attendance"),
    path("teaching/away/", views.report_my_absence, name="report_my_absence"),
    path(
        "teaching/away/<uuid:ref>/back/", views.withdraw_my_absence, name="withdraw_my_absence"
    ),
    path("teaching/cover/", views.my_cover, name="my_cover"),
    path("closures/close/", views.close_place, name="close_place"),
    path("closures/<slug:slug>/", views.closure, name="closure"),
    path("closures/<slug:slug>/undo/", views.undo_closure, name="undo_closure"),
    path("meetings/<uuid:ref>/move/", views.move_session, name="move_session"),
    path("meetings/<uuid:ref>/restore/", views.restore_session, name="restore_session"),
    path("meetings/<uuid:ref>/make-up/", views.plan_makeup, name="plan_makeup"),
    path("<uuid:ref>/book/", views.book_place, name="book_place"),
    path("<uuid:ref>/wait/", views.join_waiting_list, name="join_waiting_list"),
    path("booking/<uuid:ref>/", views.enrolment, name="enrolment"),
    path("booking/<uuid:ref>/extend/", views.extend_hold, name="extend_hold"),
    path("booking/<uuid:ref>/release/", views.release_hold, name="release_hold"),
    path("booking/<uuid:ref>/needs/", views.needs, name="needs"),
    path("booking/<uuid:ref>/check/", views.check_booking, name="check_booking"),
    path("booking/<uuid:ref>/confirm/", views.confirm_place, name="confirm_place"),
    path("booking/<uuid:ref>/booked/", views.booked, name="booked"),
    path("booking/<uuid:ref>/waiting/", views.waiting, name="waiting"),
    path("booking/<uuid:ref>/leave/", views.leave_waiting_list, name="leave_waiting_list"),
    path("booking/<uuid:ref>/notice/", views.give_notice, name="give_notice"),
    path("booking/<uuid:ref>/offer/", views.offer, name="offer"),
    path("booking/<uuid:ref>/accept/", views.accept_offer, name="accept_offer"),
    path("booking/<uuid:ref>/decline/", views.decline_offer, name="decline_offer"),
]
