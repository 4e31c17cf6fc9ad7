"""Pictures somebody sends: whatever is in one, it is an upright square or one sentence."""

import struct
import zlib

import pytest
from PIL import Image

from core.pictures import Limits, NoPicture, square_of
from tests.drawn import (
    BLUE,
    GREEN,
    LIMITS,
    RED,
    YELLOW,
    colours_of,
    four_colours,
    opened,
    photo,
    written,
)

UPRIGHT = [RED, GREEN, YELLOW, BLUE]
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
A_QUARTER_TO_THE_LEFT = 6  # how a telephone held upright writes it: turn me to the right
PLACE = "Larkhay canary"


def drawn_of(content, limits=LIMITS):
    return square_of(content, limits).jpeg


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "MPO"])
def test_square_of_takes_each_kind_whatever_it_is_called(kind):
    jpeg = drawn_of(photo(800, 800, kind))

    seen = opened(jpeg)
    assert (seen.format, seen.mode, seen.size) == ("JPEG", "RGB", (320, 320))
    assert colours_of(jpeg) == UPRIGHT
    assert len(jpeg) < 40_000


@pytest.mark.parametrize(("width", "height"), [(1200, 500), (500, 1200), (321, 4000)])
def test_square_of_cuts_the_middle_without_squeezing_it(width, height):
    sheet = Image.new("RGB", (width, height), "white")
    side = min(width, height)
    sheet.paste(four_colours(side, side), ((width - side) // 2, (height - side) // 2))

    assert colours_of(drawn_of(written(sheet, quality=95))) == UPRIGHT


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_square_of_turns_a_telephones_picture_upright(kind):
    exif = Image.Exif()
    exif[ORIENTATION] = A_QUARTER_TO_THE_LEFT
    lying = four_colours(800, 800).rotate(90)

    jpeg = drawn_of(written(lying, kind, exif=exif))

    assert colours_of(jpeg) == UPRIGHT


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_square_of_keeps_nothing_that_the_camera_wrote(kind):
    exif = Image.Exif()
    exif[MAKE] = PLACE
    exif.get_ifd(GPS)[2] = (51.0, 48.0, 12.0)
    words = {"comment": PLACE} if kind == "JPEG" else {}
    profile = b"canary profile" * 20
    sent = photo(800, 800, kind, exif=exif, icc_profile=profile, **words)
    assert PLACE.encode() in sent

    jpeg = drawn_of(sent)

    seen = opened(jpeg)
    assert dict(seen.getexif()) == {}
    assert set(seen.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                              "progression"}  # fmt: skip
    assert b"canary" not in jpeg


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1"])
def test_square_of_puts_what_is_see_through_on_white(mode):
    sheet = Image.new("RGBA", (400, 400), (0, 0, 0, 0)).convert(mode)
    seen = opened(drawn_of(written(sheet, "PNG")))

    shows_through = mode in {"RGBA", "LA", "P"}
    assert (seen.getpixel((160, 160)) == (255, 255, 255)) is shows_through


def test_square_of_reads_the_colours_of_a_printers_picture():
    cmyk = four_colours(800, 800).convert("CMYK")

    assert colours_of(drawn_of(written(cmyk))) == UPRIGHT


def test_square_of_reads_grey_in_fine_steps():
    middle = Image.new("I;16", (400, 400), 128 * 256)

    seen = opened(drawn_of(written(middle, "PNG")))

    assert seen.getpixel((160, 160)) == pytest.approx((128, 128, 128), abs=2)


def claims_to_be(width, height):
    """A PNG whose head names a size and that holds no picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(head))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0)
        + b"IDAT"
        + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


def jpeg_claims_to_be(width, height):
    """A JPEG whose head names a size it has not."""
    sent = bytearray(photo())
    head = sent.index(b"\xff\xc0") + 5
    sent[head : head + 4] = struct.pack(">HH", height, width)
    return bytes(sent)


def slow_jpeg_claims_to_be(width, height):
    """A progressive JPEG whose head names a size it has not."""
    sent = bytearray(photo(progressive=True))
    head = sent.index(b"\xff\xc2") + 5
    sent[head : head + 4] = struct.pack(">HH", height, width)
    return bytes(sent)


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "no picture we can open", id="nothing"),
        pytest.param(b"Dear all, ...", "no picture we can open", id="text"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture", id="svg"),
        pytest.param(photo(kind="GIF"), "Send a JPEG, PNG or WebP", id="gif"),
        pytest.param(photo(kind="BMP"), "Send a JPEG, PNG or WebP", id="bmp"),
        pytest.param(photo(kind="TIFF"), "Send a JPEG, PNG or WebP", id="tiff"),
        pytest.param(HEIC, "a screenshot of it on your phone", id="heic"),
        pytest.param(photo()[:-900], "only a part of it arrived", id="jpeg cut short"),
        pytest.param(photo(kind="PNG")[:-90], "only a part of it arrived", id="png cut short"),
        pytest.param(photo(kind="WEBP")[:-90], "is broken", id="webp cut short"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(40), "Send", id="a head alone"),
        pytest.param(photo(150, 900), "at least 160 by 160 pixels", id="small"),
        pytest.param(jpeg_claims_to_be(8000, 8000), "at most 50 megapixels", id="a large jpeg"),
        pytest.param(
            slow_jpeg_claims_to_be(4000, 4000), "at most 12 megapixels", id="a jpeg held whole"
        ),
        pytest.param(jpeg_claims_to_be(49_000, 400), "at most 12 megapixels", id="a panorama"),
        pytest.param(claims_to_be(4000, 4000), "at most 12 megapixels", id="large"),
        pytest.param(claims_to_be(12_000, 12_000), "at most 50 megapixels", id="larger"),
        pytest.param(claims_to_be(60_000, 60_000), "at most 50 megapixels", id="a bomb"),
        pytest.param(claims_to_be(0, 10), "Send", id="flat"),
        pytest.param(photo() + bytes(10_000_000), "at most 10 MB", id="heavy"),
    ],
)
def test_square_of_refuses_in_a_sentence_that_says_what_to_do(content, words):
    with pytest.raises(NoPicture, match=words) as refused:
        square_of(content, LIMITS)

    assert "Send" in str(refused.value)


def test_square_of_keeps_to_its_limits():
    limits = Limits(side=64, most_bytes=2_000_000, most_pixels=1_000_000)

    assert opened(drawn_of(photo(600, 600), limits)).size == (64, 64)
    with pytest.raises(NoPicture, match="at most 1 megapixels"):
        square_of(photo(1001, 1001), limits)


def test_square_of_breaks_on_no_spoilt_byte():
    """A picture or a sentence, never anything else."""
    exif = Image.Exif()
    exif[ORIENTATION] = A_QUARTER_TO_THE_LEFT
    whole = photo(200, 200, exif=exif)
    refused = 0

    for at in range(2, 700, 11):
        spoilt = bytearray(whole)
        spoilt[at] ^= 0xFF
        try:
            drawn_of(bytes(spoilt))
        except NoPicture:
            refused += 1

    assert 0 < refused < len(range(2, 700, 11))
