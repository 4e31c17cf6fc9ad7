"""The pages of a school: home, orders, classes, people, plan."""

from django.urls import URLPattern

app_name = "schools"
urlpatterns: list[URLPattern] = []
