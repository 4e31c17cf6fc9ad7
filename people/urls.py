"""Addresses of people."""

from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("my-details/", views.my_details, name="my_details"),
    path("stop-news/<str:key>/", views.stop_news, name="stop_news"),
    path("my-details/weekly-email/", views.choose_digest, name="choose_digest"),
    path("my-details/photograph/", views.my_photograph, name="my_photograph"),
    path(
        "my-details/photograph/take-down/",
        views.take_down_photograph,
        name="take_down_photograph",
    ),
    path("photographs/<uuid:ref>/", views.photograph, name="photograph"),
    path("add-a-child/", views.start_child, name="start_child"),
    path("add-a-child/check/", views.check_child, name="check_child"),
    path("add-a-child/<slug:step>/", views.add_child, name="add_child"),
    path("invitation/<uuid:ref>/withdraw/", views.withdraw_invitation, name="withdraw_invitation"),
    path("invitation/<str:key>/", views.accept_invitation, name="accept_invitation"),
    path("schools/", views.my_schools, name="my_schools"),
    path("schools/claim/", views.claim_school, name="claim_school"),
    path("schools/claim/<uuid:ref>/withdraw/", views.withdraw_claim, name="withdraw_claim"),
    path("schools/<int:urn>/", views.school_contacts, name="school_contacts"),
    path("schools/<int:urn>/approval/", views.choose_approval, name="choose_approval"),
    path("schools/<int:urn>/invite/", views.invite_colleague, name="invite_colleague"),
    path("schools/<int:urn>/leave/", views.leave_school, name="leave_school"),
    path("schools/<int:urn>/<uuid:ref>/end/", views.end_contact, name="end_contact"),
    path(
        "schools/invitation/<uuid:ref>/withdraw/",
        views.withdraw_school_invitation,
        name="withdraw_school_invitation",
    ),
    path(
        "schools/invitation/<str:key>/",
        views.accept_school_invitation,
        name="accept_school_invitation",
    ),
    path("step-back/<uuid:ref>/", views.step_back, name="step_back"),
    path("<uuid:ref>/", views.child, name="child"),
    path("<uuid:ref>/adults/", views.adults, name="adults"),
    path("<uuid:ref>/adults/invite/", views.invite_adult, name="invite_adult"),
    path("<uuid:ref>/added/", views.child_added, name="child_added"),
    path("<uuid:ref>/change/", views.change_child, name="change_child"),
    path("<uuid:ref>/needs/", views.change_needs, name="change_needs"),
    path("<uuid:ref>/consent/", views.answer_consent, name="answer_consent"),
    path("<uuid:ref>/consent/history/", views.consent_history, name="consent_history"),
]
