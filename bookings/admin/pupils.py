"""The pupils of one activity on its page: read there, changed only through actions."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bookings.models import Enrolment
from bookings.queries import rosters
from core import words
from core.access import Permission
from core.admin import ScopedInline


class PupilInline(ScopedInline):
    model = Enrolment
    see = Permission.RUN_CENTRE
    template = "admin/bookings/activity/pupils.html"
    verbose_name_plural = "pupils and waiting list"
    fields = readonly_fields = ("pupil", "school_year", "state", "since", "adult", "answer_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrolment]:
        rows = Enrolment.objects.live().select_related("activity", "person__learner", "booked_by")
        return rosters.in_roster_order(rosters.with_place_in_line(rows))

    def pupil(self, enrolment: Enrolment) -> SafeString:
        address = reverse("admin:bookings_enrolment_change", args=[enrolment.pk])
        return format_html('<a href="{}">{}</a>', address, enrolment.person)

    def school_year(self, enrolment: Enrolment) -> str:
        return rosters.school_year_of(enrolment.person, on=timezone.localdate()) or "–"

    @admin.display(description="Status")
    def state(self, enrolment: Any) -> str:
        said = str(enrolment.get_status_display()).capitalize()
        waits = enrolment.status == Enrolment.Status.WAITING
        return f"{said}, number {enrolment.place_in_line}" if waits else said

    def since(self, enrolment: Enrolment) -> str:
        day = enrolment.starts_on or timezone.localdate(enrolment.queued_at)
        return words.day(day)

    @admin.display(description="Booked by")
    def adult(self, enrolment: Enrolment) -> str:
        return str(enrolment.booked_by)

    @admin.display(description="Has until")
    def answer_by(self, enrolment: Enrolment) -> str:
        return words.moment(enrolment.offer_expires_at) if enrolment.offer_expires_at else "–"
