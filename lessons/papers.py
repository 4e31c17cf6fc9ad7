"""Take-home letters as a document: one for each child, in each language, with its code and QR."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from core import words
from core.documents import pdf
from core.letters import fill
from core.qr import drawn
from lessons.models import ClaimCode, ProgrammeClass, TakeHomeWording
from lessons.queries.claims import ENGLISH, code_of
from lessons.rules.claims import last_day, printed


def letters(
    row: ProgrammeClass, codes: Sequence[ClaimCode], wordings: Sequence[TakeHomeWording]
) -> bytes:
    """`codes`: with their pupils, in the order in which they are handed out."""
    address = settings.SITE_URL + reverse("lessons:claim")
    return pdf(
        "take_home",
        {
            "title": f"Letters home, {row.line.subject.name}, {row.class_name}",
            "description": "Take-home letters, one page for each child and language",
            "address": address.partition("://")[2].rstrip("/"),
            "letters": [_letter(row, code, wordings, address) for code in codes],
        },
    )


def _letter(
    row: ProgrammeClass, code: ClaimCode, wordings: Iterable[TakeHomeWording], address: str
) -> dict[str, Any]:
    plain = code_of(code)
    return {
        "for": str(code.pupil) if code.pupil else "",
        "number": code.number,
        "reference": f"{row.class_name}, letter {code.number}",
        "code": printed(plain),
        "qr": drawn(f"{address}?code={plain}"),
        "pages": [_page(row, code, one, address) for one in wordings],
    }


def _page(
    row: ProgrammeClass, code: ClaimCode, wording: TakeHomeWording, address: str
) -> dict[str, Any]:
    said = {
        "instrument": row.line.subject.name.lower(),
        "school": str(row.activity.school),
        "until": _day(code.expires_at, wording.language),
        "address": address.partition("://")[2].rstrip("/"),
        "phone": settings.SERVICE_PHONE,
    }
    return {
        "language": wording.language,
        "heading": fill(wording.heading, said),
        "paragraphs": [fill(line, said) for line in wording.body.splitlines() if line.strip()],
        "steps": [fill(line, said) for line in wording.steps.splitlines() if line.strip()],
        "help": fill(wording.help_line, said),
    }


def _day(until: dt.datetime, language: str) -> str:
    """The last day, 22 March 2027; in another language as 22.03.2027, which all of them read."""
    last = last_day(until)
    return words.day(last) if language == ENGLISH else f"{last:%d.%m.%Y}"
