"""The pages of a school: home, orders, classes, people, plan."""

from django.urls import path

from lessons.views import plans

app_name = "schools"
urlpatterns = [
    path("<int:urn>/plan/", plans.plan, name="plan"),
    path("<int:urn>/plan/edit/", plans.edit_plan, name="edit_plan"),
    path("<int:urn>/plan/summary/", plans.plan_summary, name="plan_summary"),
    path("<int:urn>/plan/summary.pdf", plans.plan_pdf, name="plan_pdf"),
]
