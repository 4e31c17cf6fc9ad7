"""What families told us and were told, what is owed to them, and marks that differ: to read."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bookings import actions as bookings
from bookings.admin.filters import ChoiceFilter
from bookings.models import (
    AbsenceNotice,
    Activity,
    CalendarFeed,
    Credit,
    MarkReceived,
    Message,
    MessageReader,
)
from core import words
from core.admin import CentreScopedAdmin, ScopedAdmin, asking, member_of
from people.models import sort_name_of

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
else:
    _ModelAdmin = object


class NameSearch(_ModelAdmin):
    """Names are looked for as they are sorted: without accents or capitals."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, sort_name_of("", search_term))


@admin.register(AbsenceNotice)
class AbsenceNoticeAdmin(NameSearch, ScopedAdmin):
    """Who is away when. Why is the family's own, and stands nowhere here."""

    list_display = ["person", "starts_on", "ends_on", "about", "told_by", "told_at", "withdrawn_at"]
    list_select_related = ["person", "told_by", "enrolment__activity"]
    search_fields = ["person__sort_name__contains"]
    search_help_text = "A pupil’s name, or part of one"
    ordering = ["-starts_on", "-pk"]
    fields = ["person", "about", "starts_on", "ends_on", "told_by", "told_at", "withdrawn_at"]
    readonly_fields = ["about"]

    @admin.display(description="From what")
    def about(self, notice: AbsenceNotice) -> str:
        return str(notice.enrolment.activity) if notice.enrolment else "Everything"


@admin.register(CalendarFeed)
class CalendarFeedAdmin(NameSearch, ScopedAdmin):
    """Whose calendar has an address, and when it was last read. The address itself is not here."""

    list_display = ["person", "made_at", "read_at", "revoked_at"]
    list_select_related = ["person"]
    search_fields = ["person__sort_name__contains"]
    search_help_text = "A name, or part of one"
    ordering = ["-pk"]
    fields = ["person", "made_at", "read_at", "revoked_at"]
    actions = ["revoke"]

    @admin.action(description="Stop these addresses")
    def revoke(self, request: HttpRequest, queryset: QuerySet[CalendarFeed]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset.select_related("person"),
            lambda feed: bookings.revoke_feed(feed=feed, by=by, at=at),
            done="Stopped",
            undone="Stopped already",
        )


class OwedFilter(ChoiceFilter):
    """By whether it is still owed."""

    title = parameter_name = "owed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Still owed"), ("no", "Made up, or void")]

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        owed = Credit.objects.owed().values("pk")
        return rows.filter(pk__in=owed) if value == "yes" else rows.exclude(pk__in=owed)


@admin.register(Credit)
class CreditAdmin(NameSearch, CentreScopedAdmin):
    """Lessons owed, each for one meeting that did not happen."""

    list_display = ["pupil", "minutes", "worth", "given_at", "made_up_in", "voided_at"]
    list_filter: ClassVar = [OwedFilter]
    list_select_related = ["person", "made_up_in__activity"]
    search_fields = ["person__sort_name__contains"]
    search_help_text = "A pupil’s name, or part of one"
    ordering = ["-pk"]
    fields = [
        "pupil", "meeting", "minutes", "worth", "given_at", "made_up_in", "voided_at", "voided_why",
    ]  # fmt: skip
    readonly_fields = ["pupil", "meeting", "worth"]

    def rows_for(self, user: Any) -> QuerySet[Credit]:
        activities = Activity.objects.run_by(user)
        return Credit.objects.filter(attendance__session__activity__in=activities)

    def pupil(self, credit: Credit) -> str:
        return str(credit.person)

    def worth(self, credit: Credit) -> str:
        return words.money(credit.value)

    @admin.display(description="For")
    def meeting(self, credit: Credit) -> str:
        return str(credit.attendance.session)


@admin.register(Message)
class MessageAdmin(CentreScopedAdmin):
    """What staff wrote to whom."""

    list_display = ["subject", "kind", "to", "author", "written_at", "sent_at"]
    list_filter = ["kind"]
    list_select_related = ["activity", "centre", "written_by"]
    search_fields = ["subject"]
    ordering = ["-written_at", "-pk"]
    fields = ["subject", "body", "kind", "to", "author", "written_at", "sent_at"]
    readonly_fields = ["to", "author"]
    change_form_template = "admin/bookings/message/change_form.html"

    def rows_for(self, user: Any) -> QuerySet[Message]:
        return Message.objects.visible_to(user)

    def to(self, message: Message) -> str:
        return str(message.activity or message.centre or "The whole county")

    @admin.display(description="Written by")
    def author(self, message: Message) -> str:
        return str(message.written_by)


@admin.register(MessageReader)
class MessageReaderAdmin(NameSearch, CentreScopedAdmin):
    """Who had a message, and who could not be reached and why."""

    list_display = ["reader", "message", "unreached"]
    list_filter = ["unreached"]
    list_select_related = ["person", "message__activity"]
    other_lookups = ("message",)
    search_fields = ["person__sort_name__contains"]
    search_help_text = "A name, or part of one"
    ordering = ["-pk"]
    fields = readonly_fields = ("reader", "message", "unreached")

    def rows_for(self, user: Any) -> QuerySet[MessageReader]:
        return MessageReader.objects.filter(message__in=Message.objects.visible_to(user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A reader is of the place the message is of, not of their own."""
        return super().has_view_permission(request, obj.message if obj else None)

    def reader(self, row: MessageReader) -> str:
        return str(row.person)


class SettledFilter(ChoiceFilter):
    """By whether somebody has said which mark is right."""

    title = parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Still differs"), ("yes", "Settled")]

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(settled_at__isnull=value == "no")


@admin.register(MarkReceived)
class MarkReceivedAdmin(CentreScopedAdmin):
    """Marks that said otherwise than somebody else's; they are settled in the register."""

    list_display = ["pupil", "meeting", "mark", "marker", "at", "settled_at"]
    list_filter: ClassVar = [SettledFilter]
    list_select_related = ["attendance__person", "attendance__session__activity", "by"]
    ordering = ["-at", "client_key"]
    fields = readonly_fields = (
        "pupil", "meeting", "mark", "said_now", "marker", "at", "settled_at", "settled_by",
    )  # fmt: skip

    def rows_for(self, user: Any) -> QuerySet[MarkReceived]:
        activities = Activity.objects.run_by(user)
        return MarkReceived.objects.filter(
            outcome=MarkReceived.Outcome.DIFFERED, attendance__session__activity__in=activities
        )

    def pupil(self, received: MarkReceived) -> str:
        return str(received.attendance.person)

    def meeting(self, received: MarkReceived) -> str:
        return str(received.attendance.session)

    @admin.display(description="In the register now")
    def said_now(self, received: MarkReceived) -> str:
        return str(received.attendance.get_mark_display() or "Not marked")

    @admin.display(description="Marked by")
    def marker(self, received: MarkReceived) -> str:
        return str(received.by)
