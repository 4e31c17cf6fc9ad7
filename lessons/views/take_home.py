"""A school's letters home: when and in which languages, made, printed, and sent once more."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import words
from core.access import Permission, get_permitted_or_404
from core.documents import as_download
from core.refusals import RuleBroken
from core.sheets import file_name
from lessons import papers
from lessons.actions import take_home as actions
from lessons.forms.claims import CountsForm, LettersForm, PrintForm, languages_of
from lessons.models import ClaimCode, ProgrammeClass
from lessons.queries import claims as queries
from lessons.queries.claims import ENGLISH
from people.models import School
from people.requests import SignedInRequest


@require_safe
def take_home(request: SignedInRequest, urn: int) -> HttpResponse:
    """Every class of the school, and how far its letters have come."""
    school = _school_or_404(request, urn)
    context = {"school": school, "letters": queries.letters_of(school)}
    return render(request, "schools/take_home.html", context)


@require_http_methods(["GET", "POST"])
def class_letters(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """One class: the week, the languages, the counts, and its letters once they are made."""
    row = _class_or_404(request, urn, ref)
    letters = queries.letters_of_class(row, at=timezone.now())
    form = LettersForm(
        request.POST or None,
        row=row,
        days=queries.taught_days(row),
        wordings=queries.wordings(timezone.localdate()),
        has_list=bool(letters.on_list),
    )

    if request.method == "POST" and form.is_valid():
        try:
            actions.plan_letters(
                programme_class=row,
                letters_on=form.day,
                languages=form.cleaned_data["languages"],
                groups=form.groups if "pp" in form.fields else None,  # the class list says it
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "Kept. We make the letters that day, and write to you.")
            return redirect("schools:class_letters", urn=urn, ref=ref)

    return _class_page(request, row, letters, form)


@require_POST
def make_letters(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """The letters, now: for every child who has none."""
    row = _class_or_404(request, urn, ref)
    form = CountsForm(request.POST)
    groups = form.groups if form.is_valid() else None
    try:
        if "again" in request.POST:
            made = actions.remake_letters(
                programme_class=row, groups=groups, by=request.user, at=timezone.now()
            )
        else:
            made = actions.make_letters(
                programme_class=row, groups=groups, by=request.user, at=timezone.now()
            )
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, f"{words.count(made, 'letter').capitalize()} made. Print them.")
    return redirect("schools:class_letters", urn=urn, ref=ref)


@require_POST
def send_second_letters(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """The same letter once more, and longer to use it."""
    row = _class_or_404(request, urn, ref)
    try:
        actions.send_second_letters(programme_class=row, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(
            request, "Print the letters again and send them home: the codes last longer now."
        )
    return redirect("schools:class_letters", urn=urn, ref=ref)


@require_safe
def letters_pdf(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """The letters to print: of the class or of one child, in the languages asked for."""
    row = _class_or_404(request, urn, ref)
    wordings = queries.wordings(timezone.localdate())
    form = PrintForm(request.GET, wordings=wordings)
    if not form.is_valid():
        raise Http404
    asked = form.cleaned_data["language"] or [ENGLISH, *row.letter_languages]
    number = form.cleaned_data["number"]
    codes = [one for one in queries.codes_of(row) if number in {None, one.number}]
    chosen = [one for one in wordings if one.language in asked]
    names_children = any(one.pupil_id for one in codes)
    if not codes or not chosen or (names_children and not _may_name(request, row)):
        raise Http404
    name = f"letters {row.line.subject.slug} {row.class_name} {number or ''}"
    return as_download(papers.letters(row, codes, chosen), file_name(name, "pdf"))


def _class_page(
    request: SignedInRequest, row: ProgrammeClass, letters: queries.Letters, form: LettersForm
) -> HttpResponse:
    codes = queries.codes_of(row)
    today = timezone.localdate()
    wordings = queries.wordings(today)
    return render(
        request,
        "schools/class_letters.html",
        {
            "school": row.activity.school,
            "row": row,
            "letters": letters,
            "form": form,
            "codes": codes,
            "may_name": _may_name(request, row),
            "languages": [(one.language, one.own_name) for one in wordings],
            "chosen": [ENGLISH, *row.letter_languages],
            "names": [
                name for slug, name in languages_of(wordings) if slug in row.letter_languages
            ],
            "unchecked": _unchecked(request, row),
            "piles": [] if letters.on_list else _piles(codes),
            "is_over": bool(codes) and codes[0].expires_at <= timezone.now(),
        },
        status=422 if form.errors else 200,
    )


def _piles(codes: list[ClaimCode]) -> list[dict[str, str]]:
    """Which numbers go to whom, so that the school's counts hold: for the class teacher alone."""
    kinds = {
        (True, True): "Pupil Premium and SEND",
        (True, False): "Pupil Premium",
        (False, True): "SEND",
        (False, False): "Everybody else",
    }
    piles = {
        kind: [one.number for one in codes if (one.has_pp, one.has_send) == kind] for kind in kinds
    }
    return [
        {"term": kinds[kind], "words": ", ".join(map(str, numbers))}
        for kind, numbers in piles.items()
        if numbers and len(numbers) < len(codes)
    ]


def _may_name(request: SignedInRequest, row: ProgrammeClass) -> bool:
    """The children of a class list are between the school and its families, not the office."""
    return row.activity.school_id in request.user.schools_served()


def _unchecked(request: SignedInRequest, row: ProgrammeClass) -> list[str]:
    """Languages whose words no speaker has checked: said to the county's staff alone."""
    if not request.user.has_perm(Permission.RUN_COUNTY):
        return []
    return [one.name for one in queries.wordings(timezone.localdate()) if not one.is_checked]


def _school_or_404(request: SignedInRequest, urn: int) -> School:
    """Names of children are on these letters: for whoever speaks for the school."""
    return get_permitted_or_404(
        request.user, Permission.SPEAK_FOR_SCHOOL, School.objects.all(), urn=urn
    )


def _class_or_404(request: SignedInRequest, urn: int, ref: uuid.UUID) -> ProgrammeClass:
    school = _school_or_404(request, urn)
    return get_permitted_or_404(
        request.user, Permission.SPEAK_FOR_SCHOOL, queries.classes_of(school), activity__ref=ref
    )
