"""Everything a staff home reads."""

from reports.queries.day import CentreDay, Days, centres_on, days_of, meetings_of
from reports.queries.figures import Figures, figures, standings, weeks
from reports.queries.now import (
    Found,
    Owed,
    changed_since,
    credits_owed,
    free_while_others_wait,
    marks_that_differ,
    midnight,
    nobody_to_teach,
    offers_ending,
    orders_in,
    orders_with_sets_out,
    registers_not_taken,
    school_claims_waiting,
)
from reports.queries.places import Place, places_run

__all__ = [
    "CentreDay",
    "Days",
    "Figures",
    "Found",
    "Owed",
    "Place",
    "centres_on",
    "changed_since",
    "credits_owed",
    "days_of",
    "figures",
    "free_while_others_wait",
    "marks_that_differ",
    "meetings_of",
    "midnight",
    "nobody_to_teach",
    "offers_ending",
    "orders_in",
    "orders_with_sets_out",
    "places_run",
    "registers_not_taken",
    "school_claims_waiting",
    "standings",
    "weeks",
]
