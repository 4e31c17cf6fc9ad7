"""How a letter is made of its words: values in, subject and paragraphs out. No query, no clock."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\{([a-z]\w*)\}")
_LINK = "{link}"
_LONGEST_SUBJECT = 300
_LONGEST_LABEL = 60


class MissingWord(LookupError):
    """The words of a letter name something that the occasion did not say."""


@dataclass(frozen=True)
class Letter:
    """One letter, filled in. The paragraph that equals `link` is where the button goes."""

    subject: str
    text_paragraphs: tuple[str, ...]
    paragraphs: tuple[str, ...]
    link: str
    link_label: str


def missing_words(words: str, said: Mapping[str, str]) -> list[str]:
    """Placeholders that the occasion leaves empty-handed, in order."""
    return [name for name in _PLACEHOLDER.findall(words) if name not in said]


def fill(words: str, said: Mapping[str, str]) -> str:
    """The words with every {placeholder} said; one that is not known is left out.

    Not str.format: staff edit these words, and a stray brace or an attribute must not break a
    booking or reach into an object.
    """
    return _PLACEHOLDER.sub(lambda found: said.get(found[1], ""), words)


def compose(subject: str, body: str, *, said: Mapping[str, str], link: str) -> Letter:
    """Fill in subject and body; the line `{link}` becomes the address, and in HTML the button."""
    said = {**said, "link": link}
    filled_subject = _one_line(fill(subject, said))
    blocks = [block.strip() for block in re.split(r"\n\s*\n", body.replace("\r\n", "\n"))]
    html: list[str] = []
    label = filled_subject
    for block in blocks:
        if _LINK not in block.splitlines():
            html.append(fill(block, said))
            continue
        before, _, after = block.partition(_LINK)
        invitation = fill(before.strip(), said)
        label = _label_in(invitation) or label
        kept = "" if label == invitation.rstrip(":") else invitation
        html += [kept, link, fill(after.strip(), said)]
    return Letter(
        subject=filled_subject,
        text_paragraphs=_spoken(fill(block, said) for block in blocks),
        paragraphs=_spoken(html),
        link=link,
        link_label=label,
    )


def _label_in(invitation: str) -> str:
    """What stands on the button: a short line that ends in a colon, just above the link."""
    last = re.split(r"(?<=[.?!])\s+|\n", invitation)[-1]
    short = last.endswith(":") and len(last) <= _LONGEST_LABEL
    return last.rstrip(":") if short else ""


def _spoken(paragraphs: Iterable[str]) -> tuple[str, ...]:
    return tuple(words for words in paragraphs if words.strip())


def _one_line(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1]}…"
