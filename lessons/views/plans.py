"""A school's music plan: seven patches, the edit, and the summary for its website."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from centres.models import Year
from core import words
from core.access import Permission, get_permitted_or_404
from core.documents import as_download, pdf
from core.refusals import RuleBroken
from lessons.actions import plans as actions
from lessons.forms.plans import PlanForm, said_before
from lessons.models import SchoolPlan
from lessons.queries import plans as queries
from lessons.queries.plans import MusicPlan
from people.models import School
from people.requests import SignedInRequest


@require_safe
def plan(request: SignedInRequest, urn: int) -> HttpResponse:
    """What the national plan asks, what the school has, and what would fill a gap."""
    found = _plan_or_404(request, urn)
    may_edit = request.user.has_perm(Permission.SPEAK_FOR_SCHOOL, found.school)
    return render(
        request,
        "schools/plan.html",
        {
            "school": found.school,
            "plan": found,
            "said": _with_ours(found),
            "may_edit": may_edit,
            "may_order": request.user.has_perm(Permission.ORDER_PROGRAMME, found.school),
        },
    )


@require_http_methods(["GET", "POST"])
def edit_plan(request: SignedInRequest, urn: int) -> HttpResponse:
    """The school says how it stands; last year's words are where it begins."""
    school = get_permitted_or_404(
        request.user, Permission.SPEAK_FOR_SCHOOL, School.objects.all(), urn=urn
    )
    year = _year_or_404()
    form = PlanForm(
        request.POST or None,
        features=queries.features_on(timezone.localdate()),
        initial=said_before(queries.words_before(school, year)),
    )

    if request.method == "POST" and form.is_valid():
        try:
            actions.review_plan(
                school=school, year=year, told=_told(form), by=request.user, at=timezone.now()
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "Your music plan is saved, reviewed by you today.")
            return redirect("schools:plan", urn=urn)

    status = 422 if form.errors else 200
    context = {"school": school, "year": year, "form": form}
    return render(request, "schools/edit_plan.html", context, status=status)


@require_safe
def plan_summary(request: SignedInRequest, urn: int) -> HttpResponse:
    """The plan in words, to print or to copy to the school's website."""
    found = _plan_or_404(request, urn)
    context = {"school": found.school, "plan": found, "said": _also_said(found.plan)}
    return render(request, "schools/plan_summary.html", context)


@require_safe
def plan_pdf(request: SignedInRequest, urn: int) -> HttpResponse:
    """The same summary as a document that everybody can read."""
    found = _plan_or_404(request, urn)
    document = pdf("plan_summary", _values(found))
    return as_download(document, f"music-plan-{found.school.urn}-{found.year}.pdf")


def _plan_or_404(request: SignedInRequest, urn: int) -> MusicPlan:
    school = get_permitted_or_404(
        request.user, Permission.SEE_SCHOOL, School.objects.all(), urn=urn
    )
    return queries.music_plan(school, _year_or_404(), on=timezone.localdate())


def _year_or_404() -> Year:
    year = queries.year_of_plan(timezone.localdate())
    if year is None:
        raise Http404
    return year


def _told(form: PlanForm) -> actions.Told:
    told = form.cleaned_data
    return actions.Told(
        answers=form.said,
        who_leads=told["who_leads"],
        money=told["money"],
        training=told["training"],
        moving_on=told["moving_on"],
    )


def _also_said(plan: SchoolPlan | None) -> list[dict[str, str]]:
    told = {
        "Who leads": plan.who_leads if plan else "",
        "Money": plan.money if plan else "",
        "Training": plan.training if plan else "",
        "Moving to secondary": plan.moving_on if plan else "",
    }
    return [{"term": term, "words": said, "blank": "Not said yet"} for term, said in told.items()]


def _with_ours(found: MusicPlan) -> list[dict[str, str]]:
    """What the school says, and what we know of the same: for those who speak for it."""
    ours = {"Money": found.spent, "Training": found.trained}
    rows = _also_said(found.plan)
    for row in rows:
        row["words"] = " ".join(part for part in (row["words"], ours.get(row["term"], "")) if part)
    return rows


def _values(found: MusicPlan) -> dict[str, Any]:
    """What the document says: plain values."""
    reviewed = found.plan.reviewed_at if found.plan else None
    return {
        "title": f"Music at {found.school}",
        "description": f"Summary of the music development plan of {found.school}, {found.year}",
        "reference": str(found.year),
        "reviewed": words.day(timezone.localdate(reviewed)) if reviewed else "",
        "features": [
            {"title": each.feature.title, "tag": each.tag, "words": each.sentences}
            for each in found.known
        ],
        "said": [row for row in _also_said(found.plan) if row["words"]],
        "source": found.source,
    }
