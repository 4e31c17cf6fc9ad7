"""An address as a square of squares, for a telephone's camera: drawn here, by no other host."""

import io

import segno


def drawn(address: str) -> str:
    """The address as one SVG, dark on light with its quiet margin, to set in a document."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=4, light="#fff", xmldecl=False, svgns=True
    )
    return picture.getvalue().decode()
