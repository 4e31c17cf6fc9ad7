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


def pictures_in(document):
    """How wide and high each picture made of pixels is."""
    pages = PdfReader(io.BytesIO(document)).pages
    return [each.image.size for page in pages for each in page.images]


def figures_in(document):
    """What stands for each figure, for whoever does not see it."""
    return list(_spoken(PdfReader(io.BytesIO(document)).root_object["/StructTreeRoot"]))


def _spoken(part):
    part = part.get_object()
    if not isinstance(part, dict):
        return
    if "/Alt" in part:
        yield str(part["/Alt"])
    within = part.get("/K", [])
    for each in within if isinstance(within, list) else [within]:
        yield from _spoken(each)
