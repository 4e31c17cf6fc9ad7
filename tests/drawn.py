"""Pictures that tests draw: a sheet in four colours, so that which way is up can be asked."""

import io

from PIL import Image

from core.pictures import Limits, square_of

LIMITS = Limits(side=320, most_bytes=10_000_000, most_pixels=50_000_000)
RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 30), (30, 30, 200), (220, 200, 30)


def four_colours(width=640, height=640):
    """Red and green above, blue and yellow below."""
    drawn = Image.new("RGB", (width, height), RED)
    drawn.paste(GREEN, (width // 2, 0, width, height // 2))
    drawn.paste(BLUE, (0, height // 2, width // 2, height))
    drawn.paste(YELLOW, (width // 2, height // 2, width, height))
    return drawn


def written(drawn, kind="JPEG", **options):
    file = io.BytesIO()
    drawn.save(file, kind, **options)
    return file.getvalue()


def photo(width=640, height=640, kind="JPEG", **options):
    """The bytes of a picture as somebody sends it."""
    return written(four_colours(width, height), kind, **options)


def square():
    """What is kept of one."""
    return square_of(photo(), LIMITS)


def opened(jpeg):
    return Image.open(io.BytesIO(jpeg))


def colours_of(jpeg):
    """The four corners, clockwise from above left, each as the nearest of our colours."""
    seen = opened(jpeg).convert("RGB")
    last = seen.width - 10
    corners = [(10, 10), (last, 10), (last, last), (10, last)]
    return [_nearest(seen.getpixel(corner)) for corner in corners]


def _nearest(pixel):
    ours = (RED, GREEN, BLUE, YELLOW, (255, 255, 255))
    return min(ours, key=lambda known: sum(abs(a - b) for a, b in zip(known, pixel, strict=True)))
