"""Reads the county's files: one row a dict of words, and what those words mean."""

import csv
import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
LONDON = ZoneInfo("Europe/London")
SECTION = re.compile(r"^## (?P<title>.+?) \{#(?P<slug>[\w-]+)\}\n", re.MULTILINE)

Row = dict[str, str]


class Policy(NamedTuple):
    """One text the service stands by."""

    slug: str
    title: str
    body: str


@cache
def rows(name: str) -> list[Row]:
    with (HERE / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def policies() -> list[Policy]:
    """The sections of policies.md, by their anchors."""
    text = (HERE / "policies.md").read_text(encoding="utf-8")
    heads = list(SECTION.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return [
        Policy(head["slug"], head["title"], text[head.end() : end].strip())
        for head, end in zip(heads, ends, strict=True)
    ]


def day(words: str) -> dt.date:
    return dt.date.fromisoformat(words)


def day_or_none(words: str) -> dt.date | None:
    return day(words) if words else None


def number_or_none(words: str) -> int | None:
    return int(words) if words else None


def clock(words: str) -> dt.time:
    return dt.time.fromisoformat(words)


def local_moment(on: dt.date, at: dt.time) -> dt.datetime:
    return dt.datetime.combine(on, at, LONDON)


def is_yes(words: str) -> bool:
    return words == "true"


def listed(words: str) -> list[str]:
    return [word for word in words.split(";") if word]
