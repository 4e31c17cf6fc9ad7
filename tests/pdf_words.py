"""The words of a PDF that Typst made, and whether it says what each of its parts is."""

import io

from pypdf import PdfReader


def words_of(document):
    """All that is printed, page after page, with single spaces."""
    pages = PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def is_tagged(document):
    """Marked as tagged, and with a tree that says what each part is."""
    root = PdfReader(io.BytesIO(document)).root_object
    return bool(root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"])
