"""What both pages of the funnel say around its numbers."""

from centres.models import Year
from core import words
from people.rules import year_in_words
from reports.queries.funnel import Compared, Funnel
from reports.rules import funnel as steps
from reports.rules.funnel import Counted, Row
from reports.rules.funnel_charts import FunnelChart, funnel_chart

STEPS = list(steps.STEP_NAMES.values())
_TIPS = {
    "twice": (
        "mail",
        "Send it twice",
        "The same letter once more, in the family’s language, for those who lost the first.",
        "Where a second letter went home",
    ),
    "concert": (
        "ticket",
        "Ask families in",
        "Twenty minutes of playing at school, with a table to sign up on the way out.",
        "Where the class played to its families",
    ),
    "home": (
        "package",
        "Let the instrument go home",
        "No gap between the last class and the first lesson.",
        "Where the instrument went home",
    ),
}


def chart(table: list[Row], *, early: int) -> FunnelChart:
    """The bars, and what stands under the one where the most were lost."""
    worst = steps.where_lost(table, early=early)
    return funnel_chart(table, worst=worst, note=_note(table, worst))


def _note(table: list[Row], worst: str) -> tuple[str, ...]:
    """43 codes never used: only where both numbers are shown."""
    if worst != "claimed":
        return ()
    unused = unused_codes(table)
    return (words.count(unused, "code"), "never used") if unused else ()


def unused_codes(table: list[Row]) -> int:
    """How many letters led nowhere; nought where it is not to be shown."""
    by_step = {row.step: row.everybody.number for row in table}
    letters, claimed = by_step["letters"], by_step["claimed"]
    return letters - claimed if letters is not None and claimed is not None else 0


def lede(table: list[Row], *, early: int) -> str:
    return steps.LOST.get(steps.where_lost(table, early=early), "")


def early_words(counted: Counted, *, weeks: int, hide_below: int) -> str:
    """Some have not played long enough to be asked; how many would say how many stopped."""
    if not counted.early or counted.everybody.took < hide_below:
        return ""
    return (
        f"Some children took a place less than {weeks} weeks ago, so they do not count as"
        " playing yet."
    )


def about(funnel: Funnel, year: Year) -> str:
    """Ukulele in Year 4, 2025-26"""
    return f"{funnel.subject} in {words_of_years(sorted(set(funnel.year_groups)))}, {year}"


def words_of_years(years: list[int]) -> str:
    names = [year_in_words(year) for year in years]
    return f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0]


def tips(compared: list[Compared]) -> list[dict[str, str]]:
    """What a school can do, with what it brought others where that can be said."""
    known = {one.what: one for one in compared}
    found = []
    for what, (icon, title, text, where) in _TIPS.items():
        one = known.get(what)
        proof = (
            f"{where}, {one.there} in 10 codes were used; elsewhere {one.elsewhere} in 10."
            if one
            else ""
        )
        found.append({"icon": icon, "title": title, "text": text, "proof": proof})
    return found


def csv_cells(table: list[Row]) -> list[list[str]]:
    """One list each for everybody and the two groups, of what is shown at each step."""
    return [
        [row.everybody.words for row in table],
        [row.pp.words for row in table],
        [row.send.words for row in table],
    ]
