"""Addresses of lessons."""

from django.urls import path

from lessons import views

app_name = "lessons"
urlpatterns = [
    path("", views.find_activities, name="find_activities"),
    path("cover/", views.cover, name="cover"),
    path("cover/<uuid:ref>/", views.find_cover, name="find_cover"),
    path("cover/<uuid:ref>/ask/", views.ask_cover, name="ask_cover"),
    path("cover/<uuid:ref>/release/", views.release_cover, name="release_cover"),
    path("<uuid:ref>/", views.activity, name="activity"),
]
