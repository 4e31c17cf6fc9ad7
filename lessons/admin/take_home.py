"""The words of take-home letters: a row a language, and whether a speaker has checked it."""

from django.contrib import admin

from core.access import Permission
from core.admin import ScopedAdmin
from lessons.models import TakeHomeWording


@admin.register(TakeHomeWording)
class TakeHomeWordingAdmin(ScopedAdmin):
    """New words are a new row that ends the one before. {instrument}, {school}, {until}, {address}
    and {phone} are filled in."""

    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["name", "own_name", "is_checked", "from_on", "to_on"]
    list_filter = ["is_checked"]
    search_fields = ["name", "own_name"]
    ordering = ["name", "-from_on", "pk"]
