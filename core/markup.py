"""Turns a policy's plain text into safe HTML: headings, paragraphs, lists, tables, bold, links."""

import re
from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

HEADING = re.compile(r"^(#{2,4})\s+(.*?)(?:\s*\{#[\w-]+\})?$")
BOLD = re.compile(r"\*\*(.+?)\*\*")
EMPHASIS = re.compile(r"\*(.+?)\*")
LINK = re.compile(r"\[([^\]]+)\]\(((?:https?://|mailto:|tel:|/)[^\s)]+)\)")
BULLET = re.compile(r"^[-*]\s+")
NUMBER = re.compile(r"^\d+\.\s+")
RULE = re.compile(r"^\|[\s|:-]+\|$")


def rendered(text: str) -> SafeString:
    """Everything is escaped first; only the marks below become tags."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return _together(_block(lines) for block in blocks for lines in _parts(block.splitlines()))


def _together(pieces: Iterable[SafeString]) -> SafeString:
    return format_html_join("\n", "{}", ((piece,) for piece in pieces))


def _kind(line: str) -> str:
    if HEADING.match(line):
        return "heading"
    if BULLET.match(line):
        return "ul"
    if NUMBER.match(line):
        return "ol"
    return "table" if line.startswith("|") else "p"


def _parts(lines: list[str]) -> list[list[str]]:
    """Split a block where one kind of line follows another without an empty line between."""
    parts: list[list[str]] = []
    for line in (line.strip() for line in lines):
        if parts and _kind(parts[-1][0]) == _kind(line) != "heading":
            parts[-1].append(line)
        elif line:
            parts.append([line])
    return parts


def _block(lines: list[str]) -> SafeString:
    kind = _kind(lines[0])
    if kind == "heading":
        return _heading(lines[0])
    if kind == "table":
        return _table(lines)
    if kind == "p":
        return format_html("<p>{}</p>", _inline(" ".join(lines)))
    mark = BULLET if kind == "ul" else NUMBER
    items = format_html_join("", "<li>{}</li>", ((_inline(mark.sub("", line)),) for line in lines))
    return format_html("<ul>{}</ul>", items) if kind == "ul" else format_html("<ol>{}</ol>", items)


def _heading(line: str) -> SafeString:
    match = HEADING.match(line)
    if match is None:
        raise ValueError(line)
    words = _inline(match[2])
    return (
        format_html("<h2>{}</h2>", words)
        if len(match[1]) == len("##")
        else format_html("<h3>{}</h3>", words)
    )


def _table(lines: list[str]) -> SafeString:
    rows = [
        [_inline(cell.strip()) for cell in line.strip("|").split("|")]
        for line in lines
        if not RULE.match(line)
    ]
    head = format_html_join("", '<th scope="col">{}</th>', ((cell,) for cell in rows[0]))
    body = _together(
        format_html("<tr>{}</tr>", format_html_join("", "<td>{}</td>", ((cell,) for cell in row)))
        for row in rows[1:]
    )
    return format_html(
        '<div class="scroll" role="group" aria-label="Table" tabindex="0">'
        '<table class="table"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        head,
        body,
    )


def _inline(words: str) -> SafeString:
    safe = str(conditional_escape(words))
    safe = LINK.sub(r'<a href="\2">\1</a>', safe)
    safe = BOLD.sub(r"<strong>\1</strong>", safe)
    return mark_safe(EMPHASIS.sub(r"<em>\1</em>", safe))  # noqa: S308 - escaped three lines up
