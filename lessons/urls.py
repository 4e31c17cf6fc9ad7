"""Addresses of lessons."""

from django.urls import path

from lessons import views

app_name = "lessons"
urlpatterns = [
    path("", views.find_activities, name="find_activities"),
    path("<uuid:ref>/", views.activity, name="activity"),
]
