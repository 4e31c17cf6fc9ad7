"""Documents to print or keep: accessible PDF (PDF/UA-1) from our Typst sources and plain values."""

import json
import re
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse

SOURCES = Path(settings.BASE_DIR) / "templates" / "documents"
FOOTER = "Call {phone} for this in large print or another language."
INSTEAD = "?"  # of a sign that none of our fonts has: an accessible document shows every sign
_UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_SPELT = re.compile(r"\\u\{([0-9a-f]+)\}")
TRIES = 3  # what stands beside a sign that is replaced may be another that cannot be shown


def pdf(name: str, values: dict[str, Any]) -> bytes:
    """Typeset templates/documents/<name>.typ. Its values reach it as JSON, so no word is code.

    Every source has `values.service` and `values.footer` beside what is given. A document that is
    not accessible does not compile: typst.TypstError. Never inside a transaction.

    A name in a script that our fonts have not stops nobody's document: its signs are INSTEAD.
    """
    footer = FOOTER.format(phone=settings.SERVICE_PHONE)
    words = {"service": settings.SERVICE_NAME, "footer": footer} | values
    said = json.dumps(words, ensure_ascii=False)
    for _ in range(TRIES):
        try:
            return _typeset(name, said)
        except typst.TypstError as error:
            unshown = _unshown(str(error.diagnostic))
            if not unshown:
                raise
            said = said.translate(dict.fromkeys(unshown, INSTEAD))
    return _typeset(name, said)


def _typeset(name: str, said: str) -> bytes:
    made = typst.compile(
        str(SOURCES / f"{name}.typ"),
        root=str(SOURCES),
        font_paths=[str(SOURCES / "fonts")],
        sys_inputs={"values": said},
        format="pdf",
        pdf_standards="ua-1",
    )
    assert isinstance(made, bytes)
    return made


def _unshown(complaint: str) -> set[int]:
    """The signs that typst has no font for; plain ones are the sources' own, and never these."""
    found = "".join(_UNSHOWN.findall(complaint))
    plain = _SPELT.sub(lambda spelt: chr(int(spelt[1], 16)), found)
    return {ord(sign) for sign in plain if not sign.isascii()}


def as_download(document: bytes, filename: str) -> HttpResponse:
    """The document as a file to keep; `filename` is ours, and names no child."""
    answer = HttpResponse(document, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
