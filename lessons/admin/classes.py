"""Classes we teach in schools, as staff read them; how many children one has is said here too."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core import words
from core.admin import ScopedAdmin, asking, member_of
from lessons.actions import class_sizes as lessons
from lessons.models import ProgrammeClass


class ClassSizeForm(forms.Form):
    """How many children, from when, and whether there is an instrument for each."""

    number = forms.IntegerField(label="How many children are in the class?")
    from_on = forms.DateField(
        label="From which day?",
        initial=timezone.localdate,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    set_is_seen_to = forms.BooleanField(
        label="There are instruments enough, though the class set has fewer", required=False
    )


@admin.register(ProgrammeClass)
class ProgrammeClassAdmin(ScopedAdmin):
    """Read here: what a class is follows from its order; its size, from who counts it."""

    list_display = ["class_name", "school", "what", "day", "teacher", "children"]
    list_filter: ClassVar = ["activity__year", "activity__status", "line__programme"]
    list_select_related = [
        "activity__school", "activity__teacher", "line__subject", "line__programme",
    ]  # fmt: skip
    search_fields = ["activity__school__sort_name", "activity__school__urn__exact", "class_name"]
    search_help_text = "A school, its URN, or the name of a class"
    ordering = ["activity__school__sort_name", "class_name", "pk"]
    fields: ClassVar = [
        "class_name", "school", "what", "day", "teacher", "children", "year_group",
        "learning_year", "letters_on", "letters_made_at",
    ]  # fmt: skip
    readonly_fields: ClassVar = ["school", "what", "day", "teacher", "children"]
    actions = ["change_class_size"]

    @admin.display(ordering="activity__school__sort_name")
    def school(self, row: ProgrammeClass) -> str:
        return str(row.activity.school or "–")

    @admin.display(description="Learns", ordering="line__subject__name")
    def what(self, row: ProgrammeClass) -> str:
        return f"{row.line.subject.name}, {row.line.programme.name}"

    @admin.display(ordering="activity__weekday")
    def day(self, row: ProgrammeClass) -> str:
        return row.activity.get_weekday_display() if row.activity.weekday else "–"

    @admin.display(ordering="activity__teacher__sort_name")
    def teacher(self, row: ProgrammeClass) -> str:
        return str(row.activity.teacher or "–")

    @admin.display(ordering="activity__headcount")
    def children(self, row: ProgrammeClass) -> int:
        return row.activity.headcount or 0

    @admin.action(description="Change how many children a class has")
    def change_class_size(
        self, request: HttpRequest, queryset: QuerySet[ProgrammeClass]
    ) -> HttpResponse | None:
        """One class at a time: two rarely lose as many children on one day."""
        rows = list(queryset[:2])
        if len(rows) != 1:
            messages.warning(request, "Choose one class.")
            return None
        form = ClassSizeForm(request.POST if asking.is_answered(request) else None)
        if not form.is_valid():
            return asking.ask(
                self, request, rows, form, action="change_class_size",
                title=f"Change how many children are in {rows[0]}, {self.school(rows[0])}",
                button="Change the number",
                explained="Its teacher and its school are told. The price and the order stay as"
                " they are, and lessons before that day keep the number they had.",
            )  # fmt: skip
        said: dict[str, Any] = form.cleaned_data
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            rows,
            lambda row: lessons.change_class_size(programme_class=row, **said, by=by, at=at),
            done=f"{words.count(said['number'], 'child', 'children')} from"
            f" {words.weekday_and_day(said['from_on'])}",
        )
        return None
