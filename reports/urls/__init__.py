"""Addresses of what staff look at first."""

from django.urls import path

from reports import views
from reports.views import county_funnel

app_name = "reports"
urlpatterns = [
    path("", views.staff_home, name="staff_home"),
    path("funnel/", county_funnel.funnel, name="funnel"),
    path("funnel.csv", county_funnel.funnel_csv, name="funnel_csv"),
    path("<slug:table>.csv", views.staff_sheet, name="staff_sheet"),
]
