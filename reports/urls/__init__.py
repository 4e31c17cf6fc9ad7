"""Addresses of what staff look at first."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.staff_home, name="staff_home"),
    path("<slug:table>.csv", views.staff_sheet, name="staff_sheet"),
]
