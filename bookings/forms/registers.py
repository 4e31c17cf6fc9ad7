"""The shape of a register: as a page posts it, and as a phone sends what it kept."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet

from bookings.actions import Said, SaidHeads
from bookings.models import Attendance, CancellationCause, Session
from bookings.queries.registers import Line
from bookings.rules.headcounts import Heads
from core.forms import PortalForm

MOST_MARKS = 2_000  # in one sending; what is over them comes with the next
LONGEST_NUMBER = 12
LONGEST_NOTE = 200
_Mark = Attendance.Mark
MARKS = [
    (_Mark.PRESENT, "Here"),
    (_Mark.LATE, "Late"),
    (_Mark.ABSENT, "Away"),
    (_Mark.ABSENT_TOLD, "Told us"),
]
# A browser that goes back, or loads the page again, shows what we sent: not an older mark, which
# would pass for a tap.
_AS_SENT = {"autocomplete": "off"}
_NOTE_IS_LONG = "Say it in {} characters or fewer"


class RegisterForm(PortalForm):
    """Every line's mark and note, with what the page showed, and the lesson's note."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    note_seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    note = forms.CharField(
        label="Lesson note",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"max_length": _NOTE_IS_LONG.format(500)},
    )

    def __init__(self, *args: Any, session: Session, lines: list[Line], **kwargs: Any) -> None:
        initial = {"key": uuid.uuid4(), "note": session.note, "note_seen": session.note}
        super().__init__(*args, initial=initial, **kwargs)
        self.lines = lines
        for line in lines:
            self._add(line)
        self.order_fields([name for name in self.fields if not name.startswith("note")])
        self.dress()

    def _add(self, line: Line) -> None:
        kept, name = line.attendance, line.attendance.person.first_name
        was_left_early = kept.mark == _Mark.LEFT_EARLY
        extra = [(_Mark.LEFT_EARLY, "Left early")] if was_left_early else []
        self.fields[f"mark_{kept.pk}"] = forms.ChoiceField(
            label=str(kept.person),
            choices=[*MARKS, *extra],
            required=False,
            widget=forms.RadioSelect(_AS_SENT),
            initial=kept.mark,
            error_messages={"invalid_choice": f"Mark {name} here, late, away or told us"},
        )
        self.fields[f"note_{kept.pk}"] = forms.CharField(
            label=f"Note about {name}",
            required=False,
            max_length=LONGEST_NOTE,
            initial=kept.note,
            error_messages={
                "max_length": f"Note about {name}: say it in {LONGEST_NOTE} characters or fewer"
            },
        )
        hidden = {"was": kept.mark or "", "wrote": kept.note, "seen": kept.version}
        for what, shown in hidden.items():
            self.fields[f"{what}_{kept.pk}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=shown, strip=False
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each line with its own fields, as the page lays them out."""
        return [
            {
                "line": line,
                "mark": self[f"mark_{line.attendance.pk}"],
                "note": self[f"note_{line.attendance.pk}"],
                "hidden": [
                    self[f"{what}_{line.attendance.pk}"] for what in ("was", "wrote", "seen")
                ],
            }
            for line in self.lines
        ]

    def said(self) -> list[Said]:
        """What differs from what the page showed: only that was said."""
        return [one for line in self.lines if (one := self._said(line.attendance.pk))]

    def _said(self, key: int) -> Said | None:
        told = self.cleaned_data
        mark, note = told[f"mark_{key}"], told[f"note_{key}"]
        is_marked = bool(mark) and mark != told[f"was_{key}"]
        is_noted = note != told[f"wrote_{key}"]
        if not is_marked and not is_noted:
            return None
        seen = whole_number(told[f"seen_{key}"])
        # The same page sent twice says the same thing under the same key.
        page = told["key"] or uuid.UUID(int=0)
        client_key = uuid.uuid5(page, f"{key}:{seen}:{mark}:{note}")
        return Said(client_key, key, mark if is_marked else "", note if is_noted else None, seen)


@dataclass(frozen=True)
class Sending:
    """What a phone sends: whose marks they are, and the marks and counts of each register."""

    who: str
    said: dict[uuid.UUID, list[Said]] = field(default_factory=dict)
    counted: dict[uuid.UUID, list[SaidHeads]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)


def read_sending(sent: object) -> Sending | None:
    """The marks in what was sent; None if it is nothing of ours. A mark of no shape is named."""
    if not isinstance(sent, dict) or not isinstance(sent.get("marks"), list):
        return None
    sending = Sending(str(sent.get("who", "")))
    for mark in sent["marks"][:MOST_MARKS]:
        ref, said = _said_of(mark)
        if ref is None or said is None:
            sending.unreadable.append(str(mark.get("key")) if isinstance(mark, dict) else "")
        elif isinstance(said, SaidHeads):
            sending.counted.setdefault(ref, []).append(said)
        else:
            sending.said.setdefault(ref, []).append(said)
    return sending


def _said_of(mark: object) -> tuple[uuid.UUID | None, Said | SaidHeads | None]:
    if not isinstance(mark, dict):
        return None, None
    try:
        ref, key = uuid.UUID(str(mark.get("ref"))), uuid.UUID(str(mark.get("key")))
    except ValueError:
        return None, None
    seen = whole_number(mark.get("seen"))
    if mark.get("line") == str(ref):  # a class is one line, known by its register's own name
        heads = Heads.read(str(mark.get("mark", "")))
        return ref, SaidHeads(key, heads, None, seen) if heads else None
    line, note = whole_number(mark.get("line")), mark.get("note")
    if note is not None:
        note = _kept(str(note))[:LONGEST_NOTE]
    return ref, Said(key, line, str(mark.get("mark", ""))[:12], note, seen)


def _kept(words: str) -> str:
    """Without what no database holds: a zero, and the half of a sign that a phone cut in two."""
    return words.replace("\0", "").encode(errors="ignore").decode()


def whole_number(typed: object) -> int:
    """A whole number as sent, and one that no line has in place of anything else."""
    words = str(typed)
    return int(words) if words.isdecimal() and len(words) <= LONGEST_NUMBER else -1


class NotTaughtForm(PortalForm):
    """Why a meeting did not happen, and what families should read."""

    cause = forms.ModelChoiceField(
        queryset=CancellationCause.objects.none(),
        label="Why was it not taught?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it was not taught"},
    )
    comment = forms.CharField(
        label="Anything families should know",
        help_text="They read this in their email and on their page.",
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"max_length": _NOTE_IS_LONG.format(300)},
    )

    def __init__(self, *args: Any, causes: QuerySet[CancellationCause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cause"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = causes
        self.helper.form_tag = False
        self.helper.disable_csrf = True
