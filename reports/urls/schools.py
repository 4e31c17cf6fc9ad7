"""What is counted for a school: from whole class to first lesson."""

from django.urls import path

from reports.views import school_funnel

app_name = "school_reports"
urlpatterns = [
    path("<int:urn>/funnel/", school_funnel.funnel, name="funnel"),
    path("<int:urn>/funnel.csv", school_funnel.funnel_csv, name="funnel_csv"),
]
