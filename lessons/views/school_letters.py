"""Letters of assurance: our people in a school, each letter as it stands, and the public check."""

import datetime as dt
import uuid
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bookings.queries import assurance
from core import limits, qr, words
from core.access import Permission, get_permitted_or_404
from core.documents import as_download, pdf
from core.pictures import as_picture
from lessons.forms.check_letter import CheckLetterForm
from lessons.queries import school_people
from lessons.queries.school_people import Adult
from people.models import School, Staff
from people.requests import SignedInRequest
from safeguarding import queries as safeguarding
from safeguarding.models import AssuranceLetter

HOUR = 60 * 60
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}
EMPLOYED = {
    Staff.Employment.EMPLOYED: "We employ {name}.",
    Staff.Employment.CONTRACTED: "{name} works for us under a contract.",
    Staff.Employment.VOLUNTEER: "{name} helps us as a volunteer.",
}
SEEN = (
    "Before they first met a child with us, and since, we saw the originals of what follows, or"
    " asked those who keep the record. We hold the dates, not the documents."
)


@require_safe
def people(request: SignedInRequest, urn: int) -> HttpResponse:
    """Who of ours teaches in this school, when and what, and whether each letter holds."""
    school = get_permitted_or_404(
        request.user, Permission.SEE_SCHOOL, School.objects.all(), urn=urn
    )
    now = timezone.now()
    found = school_people.our_people(school, at=now)
    return render(
        request,
        "schools/people.html",
        {"school": school, "now": now, "coming": found.coming, "earlier": found.earlier},
    )


@require_safe
def photograph(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponseBase:
    """The face of somebody who still comes to this school; of nobody else there is one."""
    school = get_permitted_or_404(
        request.user, Permission.SEE_SCHOOL, School.objects.all(), urn=urn
    )
    found = get_object_or_404(school_people.photographs_at(school, at=timezone.now()), ref=ref)
    return as_picture(request, version=str(found.ref), read=lambda: bytes(found.picture))


@require_safe
def letter(request: SignedInRequest, urn: int, code: str) -> HttpResponse:
    """What we tell the school about one adult, true this minute or said not to be."""
    about = _letter_or_404(request, urn, code)
    now = timezone.now()
    standing = assurance.standing(about, at=now)
    context: dict[str, Any] = {
        "letter": about,
        "school": about.school,
        "standing": standing,
        "now": now,
        "day": timezone.localdate(now),
        "may_see_school": request.user.has_perm(Permission.SEE_SCHOOL, about.school),
        "check_url": f"{settings.SITE_URL}{reverse('schools:check_letter')}",
    }
    if standing.is_in_force:
        adult = school_people.adult_of(about, at=now)
        context |= _contents(about, adult, at=now)
        context["photograph_url"] = _photograph_url(about, adult, context["may_see_school"])
    return _unkept(render(request, "schools/letter.html", context))


@require_safe
def letter_pdf(request: SignedInRequest, urn: int, code: str) -> HttpResponse:
    """The letter on paper. One that does not hold is not printed: its page says why not."""
    about = _letter_or_404(request, urn, code)
    now = timezone.now()
    if not assurance.standing(about, at=now).is_in_force:
        return redirect("schools:letter", urn=urn, code=about.code)
    adult = school_people.adult_of(about, at=now)
    values = _values(about, _contents(about, adult, at=now), at=now)
    face = school_people.face_of(adult) if adult else b""
    document = pdf("assurance_letter", values | {"photograph": list(face)})
    return _unkept(as_download(document, f"letter-{about.code}.pdf"))


@login_not_required
@require_safe
def check_letter(request: HttpRequest) -> HttpResponse:
    """Anybody with a letter in hand asks whether it is real: a name, in force or not, and when."""
    asked = CheckLetterForm(request.GET if "code" in request.GET else None)
    found, is_asked = None, asked.is_valid()
    if is_asked:
        most = settings.LETTER_CHECKS_AN_HOUR
        address = str(get_adapter().get_client_ip(request))
        if limits.is_over("letter-check", address, most=most, seconds=HOUR):
            refused = render(request, "429.html", status=429)
            refused["Retry-After"] = str(HOUR)
            return refused
        about = AssuranceLetter.objects.filter(code=asked.cleaned_data["code"]).first()
        found = assurance.standing(about, at=timezone.now()) if about else None
    context = {"form": asked, "standing": found, "is_asked": is_asked, "now": timezone.now()}
    return _unkept(render(request, "schools/check_letter.html", context))


def _unkept(answer: HttpResponse) -> HttpResponse:
    """True this minute: no cache keeps it, no search finds it, no other site hears of it."""
    for name, value in HEADERS.items():
        answer[name] = value
    return answer


def _letter_or_404(request: SignedInRequest, urn: int, code: str) -> AssuranceLetter:
    letters = AssuranceLetter.objects.filter(school__urn=urn)
    letters = letters.select_related("person__staff", "school")
    return get_permitted_or_404(request.user, Permission.SEE_SCHOOL, letters, code=code)


def _contents(about: AssuranceLetter, adult: Adult | None, *, at: dt.datetime) -> dict[str, Any]:
    """What stands in a letter that holds: its title, its sentences, the checks with their days."""
    assert adult is not None  # it holds: they teach there
    name = str(about.person)
    when = f" on {adult.days}" if adult.days else ""
    does = f"{name} teaches with you{when}: {adult.what}."
    title = f"{name} may teach your pupils"
    if adult.assists:
        title = f"{name} may help to teach your pupils"
        does = f"{name} assists a teacher of ours{when}: {adult.what}."
    return {
        "title": title,
        "paragraphs": [f"{_employed(about)} {SEEN}", does],
        "checks": safeguarding.checks_seen(about.person, on=timezone.localdate(at)),
        "signed_by": settings.SAFEGUARDING_LEAD,
    }


def _photograph_url(about: AssuranceLetter, adult: Adult | None, may_see_school: bool) -> str:
    """Where this reader sees the face beside the name: at the school, or as its owner."""
    if adult is None or adult.photograph is None:
        return ""
    if may_see_school:
        return reverse("schools:photograph", args=[about.school.urn, adult.photograph])
    return reverse("people:photograph", args=[adult.photograph])


def _employed(about: AssuranceLetter) -> str:
    said = EMPLOYED[Staff.Employment(about.person.staff.employment)]
    return said.format(name=about.person)


def _values(about: AssuranceLetter, contents: dict[str, Any], *, at: dt.datetime) -> dict[str, Any]:
    address = f"{settings.SITE_URL}{reverse('schools:check_letter')}"
    return {
        "title": contents["title"],
        "description": f"Letter of assurance to {about.school}",
        "reference": about.code,
        "name": str(about.person),
        "to": f"To the headteacher, {about.school}",
        "moment": f"In force at {words.moment(at)} {timezone.localdate(at).year}.",
        "paragraphs": contents["paragraphs"],
        "checks": [{"name": one.name, "day": words.day(one.on)} for one in contents["checks"]],
        "signed_by": contents["signed_by"],
        "address": address,
        "code": about.code,
        "qr": qr.drawn(f"{address}?{urlencode({'code': about.code})}"),
    }
