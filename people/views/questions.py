"""One form for each question about a child, from the request and what the draft knows."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from people import forms, queries, rules
from people.drafts import Draft
from people.models import ConsentWording, School
from people.requests import SignedInRequest


def school_year_of(draft: Draft) -> str:
    if draft.birthday is None:
        return ""
    year = rules.year_group_of(
        draft.birthday, on=timezone.localdate(), corrected=draft.set_year_group
    )
    return "" if year is None else rules.year_in_words(year)


def face_of(draft: Draft) -> str:
    faces = list(forms.FACES)
    return faces[uuid.UUID(draft.ref).int % len(faces)]


def photo_wording() -> ConsentWording | None:
    asked = queries.questions_in_force(timezone.localdate(), kinds=[ConsentWording.Kind.PHOTO])
    return asked[0] if asked else None


Maker = Callable[[SignedInRequest, Draft], forms.QuestionForm]


def _name(request: SignedInRequest, draft: Draft) -> forms.NameForm:
    return forms.NameForm(request.POST or None, initial=forms.NameForm.from_draft(draft))


def _born(request: SignedInRequest, draft: Draft) -> forms.BornForm:
    return forms.BornForm(
        request.POST or None,
        initial=forms.BornForm.from_draft(draft),
        child_name=draft.first_name,
    )


def _school(request: SignedInRequest, draft: Draft) -> forms.SchoolForm:
    found = queries.schools_matching(searched(request), invented_only=settings.DEMONSTRATION)
    if draft.school_id and all(school.pk != draft.school_id for school in found):
        found = [*School.objects.filter(pk=draft.school_id), *found]
    return forms.SchoolForm(
        request.POST or None,
        initial=forms.SchoolForm.from_draft(draft),
        found=found,
        child_name=draft.first_name,
    )


def searched(request: HttpRequest) -> str:
    asked = request.POST.get("q", "") or request.GET.get("q", "")
    return asked.replace("\0", "")[:100]


def _help(request: SignedInRequest, draft: Draft) -> forms.HelpForm:
    return forms.HelpForm(
        request.POST if request.method == "POST" else None,
        initial=forms.HelpForm.from_draft(draft),
    )


def _contact(request: SignedInRequest, draft: Draft) -> forms.ContactForm:
    initial = forms.ContactForm.from_draft(draft)
    if "contact" not in draft.answered:
        adult = request.user.person
        initial |= {"emergency_name": str(adult), "emergency_phone": adult.phone}
    return forms.ContactForm(request.POST or None, initial=initial, child_name=draft.first_name)


def _photos(request: SignedInRequest, draft: Draft) -> forms.PhotoForm:
    return forms.PhotoForm(
        request.POST if request.method == "POST" else None,
        initial=forms.PhotoForm.from_draft(draft),
        wording=photo_wording(),
        child_name=draft.first_name,
    )


def _year_form(request: SignedInRequest, draft: Draft) -> forms.YearForm:
    plain = Draft(born_on=draft.born_on)
    return forms.YearForm(
        request.POST if request.method == "POST" else None,
        initial=forms.YearForm.from_draft(draft),
        worked_out=school_year_of(plain) or "No school year",
    )


def _picture(request: SignedInRequest, draft: Draft) -> forms.PictureForm:
    initial = forms.PictureForm.from_draft(draft)
    initial["tile"] = initial["tile"] or face_of(draft)
    return forms.PictureForm(request.POST if request.method == "POST" else None, initial=initial)


FORMS: dict[str, Maker] = {
    "name": _name,
    "born": _born,
    "school": _school,
    "year": _year_form,
    "help": _help,
    "contact": _contact,
    "photos": _photos,
    "picture": _picture,
}
