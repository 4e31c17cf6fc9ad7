"""What is counted for a school: from whole class to first lesson."""

from django.urls import URLPattern

app_name = "school_reports"
urlpatterns: list[URLPattern] = []
