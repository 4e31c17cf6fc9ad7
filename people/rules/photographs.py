"""Of whom a photograph may be kept."""

import datetime as dt

from core.refusals import RuleBroken


class HasLeft(RuleBroken):
    """We keep no picture of somebody who does not work for us."""


def check_stays(name: str, *, ends_on: dt.date | None, on: dt.date) -> None:
    if ends_on is not None and ends_on < on:
        raise HasLeft(f"{name} has left, so no photograph is kept.")
