"""Documents to print or keep: accessible PDF (PDF/UA-1) from our Typst sources and plain values."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse

SOURCES = Path(settings.BASE_DIR) / "templates" / "documents"
FOOTER = "Call {phone} for this in large print or another language."


def pdf(name: str, values: dict[str, Any]) -> bytes:
    """Typeset templates/documents/<name>.typ. Its values reach it as JSON, so no word is code.

    Every source has `values.service` and `values.footer` beside what is given. A document that is
    not accessible does not compile: typst.TypstError. Never inside a transaction.
    """
    footer = FOOTER.format(phone=settings.SERVICE_PHONE)
    words = {"service": settings.SERVICE_NAME, "footer": footer} | values
    made = typst.compile(
        str(SOURCES / f"{name}.typ"),
        root=str(SOURCES),
        font_paths=[str(SOURCES / "fonts")],
        sys_inputs={"values": json.dumps(words, ensure_ascii=False)},
        format="pdf",
        pdf_standards="ua-1",
    )
    assert isinstance(made, bytes)
    return made


def as_download(document: bytes, filename: str) -> HttpResponse:
    """The document as a file to keep; `filename` is ours, and names no child."""
    answer = HttpResponse(document, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
