"""The words of a PDF that Typst made, read back through each font's own map of its glyphs."""

import re
import zlib

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|\((?:\\.|[^\\()])*\)|<([0-9A-Fa-f]+)>", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words_of(document):
    """All that is printed, page after page, with single spaces."""
    objects = {int(number): body for number, body in _OBJECT.findall(document)}
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page[/\s>]", body)]
    said = " ".join(_words_on(page, objects) for page in pages)
    return " ".join(said.split())


def is_tagged(document):
    """Marked as tagged, and with a tree that says what each part is."""
    return b"/MarkInfo<</Marked true" in document and b"/StructTreeRoot" in document


def _words_on(page, objects):
    fonts = {
        name: _glyphs(objects[int(number)], objects) for name, number in _fonts_of(page, objects)
    }
    content = _unpacked(objects[_named(page, b"Contents")])
    # A text object ends where a line or a word in another face does.
    return "".join(_shown(part, fonts) + " " for part in content.split(b"ET\n"))


def _shown(content, fonts):
    glyphs, said = {}, []
    for found in _SHOWN.finditer(content):
        if found[1]:
            glyphs = fonts[found[1]]
        else:
            raw = bytes.fromhex(found[2].decode()) if found[2] else _literal(found[0][1:-1])
            pairs = zip(raw[::2], raw[1::2], strict=False)
            said += [glyphs.get(high * 256 + low, "") for high, low in pairs]
    return "".join(said)


def _literal(raw):
    def plain(found):
        sign = found[1]
        return bytes([int(sign, 8)]) if sign.isdigit() else _ESCAPES.get(sign, sign)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, raw, flags=re.DOTALL)


def _fonts_of(page, objects):
    resources = objects[_named(page, b"Resources")]
    return re.findall(rb"/(f\d+) (\d+) 0 R", resources)


def _glyphs(font, objects):
    cmap = _unpacked(objects[_named(font, b"ToUnicode")])
    pairs = re.findall(rb"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>", cmap)
    return {
        int(glyph, 16): bytes.fromhex(sign.decode()).decode("utf-16-be") for glyph, sign in pairs
    }


def _named(body, key):
    return int(re.search(rb"/" + key + rb" (\d+) 0 R", body)[1])


def _unpacked(body):
    raw = _STREAM.search(body)[1]
    return zlib.decompress(raw) if b"/FlateDecode" in body[: body.index(b"stream")] else raw
