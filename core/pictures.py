"""Pictures somebody sends us: drawn afresh, small and square, or refused; and shown with care."""

import io
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from core.refusals import RuleBroken

FORMATS = ("JPEG", "PNG", "WEBP")
# Named one by one: a phone that keeps HEIC turns it into JPEG for whoever asks for no HEIC.
ACCEPTED = "image/jpeg,image/png,image/webp"
QUALITY = 82
# Most JPEGs are unpacked as small as they are drawn; of what is unpacked whole, fewer pixels may
# come: of another kind, a progressive JPEG, a panorama.
PIXELS_OF_OTHERS = 4
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MILLION = 1_000_000
HEADERS = {
    # Kept by its reader's browser alone, and shown again only where we say so each time.
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="photograph.jpg"',
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class NoPicture(RuleBroken):
    """The file is no picture we can keep; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """How wide a square is kept, and how much may be sent to draw it from."""

    side: int
    most_bytes: int
    most_pixels: int


@dataclass(frozen=True)
class Square:
    """What `square_of` drew: a JPEG of our own, with nothing in it but what is seen."""

    jpeg: bytes


def square_of(content: bytes, limits: Limits) -> Square:
    """The middle of a picture, upright, whatever its file is called."""
    if len(content) > limits.most_bytes:
        most = limits.most_bytes // _MILLION
        raise NoPicture(f"This file is too big. Send a picture of at most {most} MB.")
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise NoPicture(
            "This is a HEIC picture, which we cannot open. Send it as a JPEG: a screenshot of it on"
            " your phone is enough."
        )
    try:
        with _opened(content, limits) as picture:
            return Square(_drawn(picture, limits.side))
    except NoPicture:
        raise
    except Exception as error:  # a damaged picture breaks its reader in any way there is
        raise NoPicture(
            "This picture is broken, or only a part of it arrived. Send it again, or another one."
        ) from error


def _opened(content: bytes, limits: Limits) -> Image.Image:
    """Its head is read and no more: what is too much is refused before it is unpacked."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise NoPicture("This is no picture we can open. Send a JPEG, PNG or WebP.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(limits.most_pixels) from error
    is_drawn_small = isinstance(picture, JpegImageFile) and "progressive" not in picture.info
    whole = limits.most_pixels // PIXELS_OF_OTHERS
    most = limits.most_pixels if is_drawn_small else whole
    if picture.width * picture.height > most:
        raise _too_large(most)
    least = limits.side // 2
    if min(picture.size) < least:
        raise NoPicture(
            f"This picture is too small. Send one of at least {least} by {least} pixels."
        )
    picture.draft("RGB", (2 * limits.side, 2 * limits.side))
    if picture.width * picture.height > whole:  # a panorama is as high as it was
        raise _too_large(whole)
    return picture


def _too_large(most: int) -> NoPicture:
    return NoPicture(
        f"This picture is too large. Send one of at most {most // _MILLION} megapixels: a"
        " screenshot of it is enough."
    )


def _drawn(picture: Image.Image, side: int) -> bytes:
    """On a new sheet, so that nothing comes along: no place, no date, no camera, no words."""
    if picture.mode == "I;16":  # grey in 65,536 steps, which Pillow would cut off at 255
        picture = picture.point(lambda step: step * (1 / 256))
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    middle = ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", middle.size, "white")
    sheet.paste(middle, mask=middle.getchannel("A"))
    written = io.BytesIO()
    sheet.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return written.getvalue()


def as_picture(
    request: HttpRequest, *, version: str, read: Callable[[], bytes]
) -> HttpResponseBase:
    """For whoever may see it now: read only where their browser has not got this version yet."""
    etag = f'"{version}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = HttpResponse(read(), "image/jpeg")
    for name, value in (HEADERS | {"ETag": etag}).items():
        answer[name] = value
    return answer
