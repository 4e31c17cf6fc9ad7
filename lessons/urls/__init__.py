"""Addresses of lessons."""

from django.urls import path

from lessons import views
from lessons.views import claims, classes, training, training_places

app_name = "lessons"
urlpatterns = [
    path("", views.find_activities, name="find_activities"),
    path("cover/", views.cover, name="cover"),
    path("cover/<uuid:ref>/", views.find_cover, name="find_cover"),
    path("cover/<uuid:ref>/ask/", views.ask_cover, name="ask_cover"),
    path("cover/<uuid:ref>/release/", views.release_cover, name="release_cover"),
    path("classes/<uuid:ref>/care/", classes.class_care, name="class_care"),
    path("claim/", claims.claim, name="claim"),
    path("claim/offer/", claims.claim_offer, name="claim_offer"),
    path("claim/<uuid:ref>/", claims.claim_place, name="claim_place"),
    path("training/", training.training, name="training"),
    path("training/<uuid:ref>/book/", training.book_training, name="book_training"),
    path("training/places/<uuid:ref>/", training.training_place, name="training_place"),
    path(
        "training/places/<uuid:ref>/accept/",
        training.accept_training_offer,
        name="accept_training_offer",
    ),
    path("training/places/<uuid:ref>/cancel/", training.cancel_training, name="cancel_training"),
    path(
        "training/places/<uuid:ref>/hand-over/",
        training_places.hand_over_training,
        name="hand_over_training",
    ),
    path(
        "training/places/<uuid:ref>/certificate.pdf",
        training_places.certificate,
        name="certificate",
    ),
    path("<uuid:ref>/", views.activity, name="activity"),
]
