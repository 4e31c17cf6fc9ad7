"""Staff write to families: whom, what, a look at it as one family gets it, then once for all."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as notes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.actions import messages as actions
from bookings.forms import messages as forms
from bookings.models import Activity, Message
from bookings.queries import messages as queries
from bookings.rules import messages as rules
from bookings.views import message_words as said
from centres.models import Centre
from core import words
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from people.requests import SignedInRequest


@dataclass(frozen=True)
class Audience:
    """Whom the address asks for; `form` is None until somebody was asked for."""

    activity: Activity | None
    centre: Centre | None
    readers_form: forms.ReadersForm
    is_chosen: bool

    @property
    def narrowing(self) -> rules.Narrowing:
        return self.readers_form.narrowing


@require_http_methods(["GET", "POST"])
def write_message(request: SignedInRequest) -> HttpResponse:
    """One page: whom it is for, the words, and a telephone that shows one real family's copy."""
    draft = _draft(request)
    if draft and "centre" not in request.GET and "group" not in request.GET:
        return redirect(_address_of(draft))
    audience = _audience(request)
    if not audience.is_chosen:
        return _page(request, audience, status=200 if not request.GET else 422)
    message = _message(request, audience, draft)
    readers = queries.readers_of(message, on=timezone.localdate())
    form = _form(request, message, readers)

    if request.method == "POST" and form.is_valid():
        try:
            return _keep(request, form, audience)
        except RuleBroken as broken:
            form.add_error(None, str(broken))

    return _page(request, audience, form, message, readers, status=422 if form.errors else 200)


@require_safe
def message(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """A draft to look at once more before it goes; or what was sent, and what became of it."""
    return _message_page(request, _message_or_404(request, ref))


@require_POST
def send_message(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Everybody it is for is told, once, however often and by however many this is pressed."""
    now = timezone.now()
    try:
        sent = actions.send_message(
            message=_message_or_404(request, ref),
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=now,
        )
    except RuleBroken as broken:
        return _message_page(request, _message_or_404(request, ref), problem=str(broken))
    if sent.sent_at == now:
        notes.success(request, "It is on its way.")
    else:
        notes.info(request, "It had gone already. Nobody got it twice.")
    return redirect("bookings:message", ref=ref)


def _audience(request: SignedInRequest) -> Audience:
    """Whom the address asks for. A place this user does not run does not exist."""
    user, asked = request.user, request.GET.copy()
    centres = queries.places_to_write_to(user)
    whole_county = user.has_perm(Permission.RUN_COUNTY)
    if not centres and not whole_county:
        raise Http404
    activity = _group(request)
    if activity and asked.get("centre", _code_of(activity)) != _code_of(activity):
        activity, asked["group"] = None, ""  # another place was chosen, and its group not yet
    centre = activity.centre if activity else _centre(request, centres)
    if activity and "centre" not in asked:
        asked["centre"] = _code_of(activity)
    if not asked and not whole_county:
        centre = centres[0]
        asked["centre"] = centre.code
    groups = queries.groups_to_write_to(user, centre) if centre else []
    if activity and activity not in groups:
        groups = [activity, *groups]
    readers_form = forms.ReadersForm(
        asked or None, centres=centres, groups=groups, whole_county=whole_county
    )
    return Audience(activity, centre, readers_form, is_chosen=readers_form.is_valid())


def _group(request: SignedInRequest) -> Activity | None:
    asked = request.GET.get("group", "")
    if not asked:
        return None
    groups = Activity.objects.run_by(request.user).select_related("centre", "school")
    return get_permitted_or_404(request.user, Permission.RUN_CENTRE, groups, ref=_uuid(asked))


def _code_of(activity: Activity) -> str:
    return activity.centre.code if activity.centre else forms.COUNTY


def _centre(request: SignedInRequest, centres: list[Centre]) -> Centre | None:
    asked = request.GET.get("centre", "")
    if not asked or asked == forms.COUNTY:
        return None
    found = next((centre for centre in centres if centre.code == asked), None)
    if found is None:
        raise Http404
    return found


def _uuid(asked: str) -> uuid.UUID:
    try:
        return uuid.UUID(asked)
    except ValueError:
        raise Http404 from None


def _draft(request: SignedInRequest) -> Message | None:
    """The message this page goes on with. A ref nobody used yet is a new one's."""
    asked = request.POST.get("ref", "") or request.GET.get("draft", "")
    if not asked:
        return None
    ref = _uuid(asked)
    if request.method == "POST" and not Message.objects.filter(ref=ref).exists():
        return None
    return _message_or_404(request, ref)


def _message_or_404(request: SignedInRequest, ref: uuid.UUID) -> Message:
    rows = Message.objects.visible_to(request.user).select_related(
        "activity__centre", "activity__school", "centre", "written_by"
    )
    return get_permitted_or_404(request.user, Permission.RUN_CENTRE, rows, ref=ref)


def _message(request: SignedInRequest, audience: Audience, draft: Message | None) -> Message:
    """The message as it would be, from what is typed or kept; written nowhere yet."""
    typed = request.POST if request.method == "POST" else {}
    return Message(
        ref=draft.ref if draft else typed.get("ref") or uuid.uuid4(),
        kind=typed.get("kind") or (draft.kind if draft else Message.Kind.CHANGE),
        activity=audience.activity,
        centre=None if audience.activity else audience.centre,
        narrowed_by=audience.narrowing.as_kept(),
        subject=typed.get("subject", draft.subject if draft else ""),
        body=typed.get("body", draft.body if draft else ""),
        written_by=request.user.person,
    )


def _form(
    request: SignedInRequest, message: Message, readers: queries.Readers
) -> forms.MessageForm:
    news = len(readers.for_kind(Message.Kind.NEWS))
    return forms.MessageForm(
        request.POST if request.method == "POST" else None,
        initial={
            "kind": message.kind,
            "subject": message.subject,
            "body": message.body,
            "ref": message.ref,
        },
        gets_change=f"Goes to everybody: {words.count(len(readers.told), 'person', 'people')}",
        gets_news=f"Only to those who said yes to news: {words.count(news, 'person', 'people')}",
    )


def _keep(request: SignedInRequest, form: forms.MessageForm, audience: Audience) -> HttpResponse:
    """The draft is kept whatever was pressed; then to the check, or back with what was asked."""
    typed, now = form.cleaned_data, timezone.now()
    kept = actions.keep_draft(
        ref=form.draft_ref(),
        draft=actions.Draft(
            kind=typed["kind"],
            activity=audience.activity,
            centre=None if audience.activity else audience.centre,
            narrowed_by=audience.narrowing.as_kept(),
            subject=typed["subject"],
            body=typed["body"],
        ),
        by=request.user,
        at=now,
    )
    pressed = request.POST.get("go", "check")
    if pressed == "self":
        actions.send_test(message=kept, by=request.user, at=now)
        notes.success(request, f"A copy is on its way to {request.user.email}.")
    if pressed in {"self", "preview"}:
        return redirect(_address_of(kept))
    return redirect("bookings:message", ref=kept.ref)


def _address_of(message: Message) -> str:
    """Where this draft is written on, with whom it is for."""
    place = {"group": message.activity.ref} if message.activity else {}
    centre = message.of_centre
    asked = {
        "centre": centre.code if centre else forms.COUNTY,
        **place,
        **message.narrowed_by,
        "draft": message.ref,
    }
    return f"{reverse('bookings:write_message')}?{urlencode(asked)}"


def _page(
    request: SignedInRequest,
    audience: Audience,
    form: forms.MessageForm | None = None,
    message: Message | None = None,
    readers: queries.Readers | None = None,
    *,
    status: int,
) -> HttpResponse:
    drafts, sent = queries.messages_lately(request.user)
    context: dict[str, Any] = {
        "readers_form": audience.readers_form,
        "form": form,
        "has_errors": bool(audience.readers_form.errors),
        "drafts": drafts,
        "sent": sent,
    }
    if message and readers:
        context |= {
            "message": message,
            **said.who(message, readers),
            **said.preview(message, readers),
        }
    return render(request, "bookings/write_message.html", context, status=status)


def _message_page(request: SignedInRequest, message: Message, *, problem: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "message": message,
        "problem": problem,
        "has_errors": bool(problem),
        "edit_url": _address_of(message),
        "seen": rules.fingerprint(message),
    }
    if message.sent_at:
        context |= said.sent(message)
    else:
        readers = queries.readers_of(message, on=timezone.localdate())
        context |= {**said.who(message, readers), **said.preview(message, readers)}
    return render(request, "bookings/message.html", context, status=422 if problem else 200)
