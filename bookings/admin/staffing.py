"""Who teaches what, for staff: the adults of a meeting, a teacher put to many, absences told."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bookings import actions as bookings
from bookings.admin.forms import AllTheSameForm
from bookings.models import Activity, Session, SessionStaff
from bookings.queries import staffing
from bookings.rules import staffing as rules
from core.access import Permission
from core.admin import CentreScopedAdmin, ScopedInline, asking, member_of
from core.admin.forms import ChangeForm
from people.models import Person, StaffAbsence

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
else:
    _ModelAdmin = object


class TeacherField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody who teaches here, with the centre they come from."""

    def label_from_instance(self, obj: Any) -> str:
        base = obj.staff.base_centre
        return f"{obj}, {base}" if base else str(obj)


class TeacherForm(AllTheSameForm):
    """Who."""

    teacher = TeacherField(
        queryset=Person.objects.none(),
        empty_label="Choose a teacher",
        error_messages={"required": "Choose a teacher"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = staffing.teachers(  # type: ignore[attr-defined]
            on=timezone.localdate()
        )


class AssignForm(TeacherForm):
    """Who, and as what."""

    role = forms.ChoiceField(
        choices=[
            (SessionStaff.Role.LEAD, "leads"),
            (SessionStaff.Role.COVER, "covers for whoever is away"),
            (SessionStaff.Role.ASSISTANT, "assists"),
        ]
    )
    field_order = ("teacher", "role", "all_the_same")


class ChangeLeadForm(TeacherForm):
    """Who, and from which day on."""

    from_on = forms.DateField(
        label="From this day on",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the first day", "invalid": "Enter a day"},
    )
    field_order = ("teacher", "from_on", "all_the_same")


class StaffInline(ScopedInline):
    """Who teaches it, and who stands in, to read: a teacher is assigned from the list."""

    model = SessionStaff
    see = Permission.RUN_CENTRE
    verbose_name_plural = "who teaches it"
    fields = readonly_fields = ("adult", "role", "stands_in_for", "cannot_come")
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SessionStaff]:
        """Of a meeting the page was let open: Django would ask again without naming it."""
        rows = SessionStaff.objects.order_by(*self.ordering)
        return rows.select_related("session__activity", "person", "replaces")

    def adult(self, line: SessionStaff) -> str:
        return str(line.person)

    @admin.display(description="Stands in for")
    def stands_in_for(self, line: SessionStaff) -> str:
        return str(line.replaces or "–")

    @admin.display(description="Cannot come", boolean=True)
    def cannot_come(self, line: SessionStaff) -> bool:
        return line.is_away


class MeetingStaffing(_ModelAdmin):
    """The actions of a list of meetings."""

    @admin.action(description="Assign a teacher")
    def assign_teacher(
        self, request: HttpRequest, queryset: QuerySet[Session]
    ) -> HttpResponse | None:
        by, at = member_of(request), timezone.now()
        form = AssignForm(request.POST if asking.is_answered(request) else None, user=by)
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="assign_teacher", title="Assign a teacher",
                button="Assign this teacher",
                explained="They are told by email. Where they are busy or not cleared, the meeting"
                " stays as it is, and you read why.",
            )  # fmt: skip
        said = form.cleaned_data

        def assign(session: Session) -> SessionStaff:
            return bookings.assign_staff(
                session=session,
                person=said["teacher"],
                role=said["role"],
                replaces=staffing.who_is_away(session) if said["role"] == "cover" else None,
                all_the_same=form.is_all_the_same,
                by=by,
                at=at,
            )

        asking.do_each(request, queryset, assign, done=f"Assigned {said['teacher']}")
        return None


class GroupStaffing(_ModelAdmin):
    """The actions of a list of activities."""

    @admin.action(description="Give another teacher from a day on")
    def change_teacher(
        self, request: HttpRequest, queryset: QuerySet[Activity]
    ) -> HttpResponse | None:
        by, at = member_of(request), timezone.now()
        form = ChangeLeadForm(
            request.POST if asking.is_answered(request) else None,
            initial={"from_on": timezone.localdate()},
            user=by,
        )
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="change_teacher",
                title="Give another teacher", button="Give this teacher",
                explained="Every meeting from that day on that they can take. Both teachers are"
                " told by email, and you read which meetings stay as they were, and why.",
            )  # fmt: skip
        said = form.cleaned_data
        kept: dict[str, list[str]] = {}

        def change(activity: Activity) -> bool:
            changed = bookings.change_lead(
                activity=activity,
                person=said["teacher"],
                from_on=said["from_on"],
                all_the_same=form.is_all_the_same,
                by=by,
                at=at,
            )
            for each in changed.not_changed:
                kept.setdefault(each.why, []).append(str(each.session))
            return bool(changed.done)

        asking.do_each(
            request, queryset, change, done=f"{said['teacher']} teaches from then on",
            undone="No meeting of these could be given",
        )  # fmt: skip
        asking.tell_refused(request, kept)
        return None


class ReportForm(ChangeForm):
    """An absence as somebody tells it by telephone."""

    starts_at = forms.SplitDateTimeField(label="From", widget=AdminSplitDateTime)
    ends_at = forms.SplitDateTimeField(label="Until", widget=AdminSplitDateTime)


@admin.register(StaffAbsence)
class StaffAbsenceAdmin(CentreScopedAdmin):
    """Told here on somebody's behalf; it marks their meetings and tells the heads concerned."""

    form = ReportForm
    edit = Permission.RUN_CENTRE
    may_add = True
    list_display = ["staff", "when", "told_at", "state"]  # never why: that is on its own page
    list_select_related = ["staff__person"]
    search_fields = ["staff__person__sort_name"]
    ordering = ["-told_at", "-pk"]
    autocomplete_fields: ClassVar = ["staff"]
    actions = ["withdraw_absences"]

    def rows_for(self, user: Any) -> QuerySet[StaffAbsence]:
        rows = StaffAbsence.objects.all()
        if user.has_perm(Permission.RUN_COUNTY):
            return rows
        return rows.filter(staff__base_centre_id__in=user.centres_run())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.opens_for(member_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj:
            return ["staff", "when", "kind", "told_by", "told_at", "state"]
        return ["staff", "starts_at", "ends_at", "kind"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj else []

    def save_model(self, request: HttpRequest, obj: StaffAbsence, form: Any, change: bool) -> None:
        told = bookings.report_absence(
            staff=obj.staff,
            starts_at=form.cleaned_data["starts_at"],
            ends_at=form.cleaned_data["ends_at"],
            kind=obj.kind,
            by=member_of(request),
            at=timezone.now(),
        )
        obj.pk, obj.during = told.pk, told.during

    @admin.display(description="When", ordering="during")
    def when(self, absence: StaffAbsence) -> str:
        return rules.spell_in_words(absence.during)

    @admin.display(description="Stands")
    def state(self, absence: StaffAbsence) -> str:
        return "Taken back" if absence.withdrawn_at else "Stands"

    @admin.action(description="They can come after all")
    def withdraw_absences(self, request: HttpRequest, queryset: QuerySet[StaffAbsence]) -> None:
        by, at = member_of(request), timezone.now()
        covered = 0
        kept: dict[str, list[str]] = {}

        def withdraw(absence: StaffAbsence) -> bool:
            nonlocal covered
            if absence.withdrawn_at:
                return False
            done = bookings.withdraw_absence(absence=absence, by=by, at=at)
            covered += len(done.covered)
            for each in done.kept_away:
                about = f"{each.line.person}, {each.line.session}"
                kept.setdefault(each.why, []).append(about)
            return True

        rows = queryset.select_related("staff__person")
        asking.do_each(request, rows, withdraw, done="Expected again", undone="Taken back already")
        if covered:
            messages.info(request, f"{covered} of their meetings are covered and stay so.")
        asking.tell_refused(request, kept)
