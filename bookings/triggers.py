"""The kernel's own triggers: places counted by the database, adults cleared by the database."""

from typing import ClassVar

import pgtrigger


class CountPlaces(pgtrigger.Trigger):
    """Keep Activity.places_taken equal to its offered, held and active enrolments."""

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [  # noqa: RUF012 - how the library declares it
        ("taking", "CONSTANT text[] := ARRAY['offered', 'held', 'active']")
    ]
    func = """
        IF TG_OP <> 'INSERT' AND OLD.status = ANY(taking)
           AND (TG_OP = 'DELETE' OR NOT NEW.status = ANY(taking)
                OR NEW.activity_id <> OLD.activity_id) THEN
            UPDATE bookings_activity SET places_taken = places_taken - 1
             WHERE id = OLD.activity_id;
        END IF;
        IF TG_OP <> 'DELETE' AND NEW.status = ANY(taking)
           AND (TG_OP = 'INSERT' OR NOT OLD.status = ANY(taking)
                OR NEW.activity_id <> OLD.activity_id) THEN
            UPDATE bookings_activity SET places_taken = places_taken + 1
             WHERE id = NEW.activity_id;
        END IF;
        RETURN NULL;
    """


class OnlyCleared(pgtrigger.Trigger):
    """Refuse an adult who is not cleared to teach on the day; a cancelled session asks nothing."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    sentences: ClassVar = {
        "sessionstaff_only_cleared_adults": (
            "This adult is not cleared to teach on that day. Look at their checks, or ask"
            " somebody else."
        )
    }
    func = """
        IF NOT isempty(NEW.claimed) AND NOT NEW.is_away AND NOT safeguarding_cleared_to_teach(
            NEW.person_id, (lower(NEW.claimed) AT TIME ZONE 'Europe/London')::date
        ) THEN
            RAISE EXCEPTION 'person % is not cleared to teach', NEW.person_id
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'sessionstaff_only_cleared_adults';
        END IF;
        RETURN NEW;
    """


class CountChanges(pgtrigger.Trigger):
    """A meeting whose time, room, place or status changes has the next sequence number.

    Moved, cancelled or restored by whatever code: a family's calendar hears of it.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Update
    condition = pgtrigger.Condition(
        "(ROW(OLD.during, OLD.status, OLD.room_id, OLD.school_id)"
        " IS DISTINCT FROM ROW(NEW.during, NEW.status, NEW.room_id, NEW.school_id)"
        " AND NOT (OLD.status = 'planned' AND NEW.status = 'taught'))"
    )
    func = """
        NEW.sequence = OLD.sequence + 1;
        IF NEW.changed_at IS NOT DISTINCT FROM OLD.changed_at THEN
            NEW.changed_at = statement_timestamp();
        END IF;
        RETURN NEW;
    """


class CountMarks(pgtrigger.Trigger):
    """A line whose mark or note changes has the next version, whatever code changed it."""

    when = pgtrigger.Before
    operation = pgtrigger.Update
    condition = pgtrigger.Condition(
        "(ROW(OLD.mark, OLD.note) IS DISTINCT FROM ROW(NEW.mark, NEW.note))"
    )
    func = """
        NEW.version = OLD.version + 1;
        RETURN NEW;
    """


class CountHeads(pgtrigger.Trigger):
    """A register by headcount that changes has the next version, whatever code changed it."""

    when = pgtrigger.Before
    operation = pgtrigger.Update
    condition = pgtrigger.Condition(
        "(ROW(OLD.present, OLD.joined_in, OLD.note)"
        " IS DISTINCT FROM ROW(NEW.present, NEW.joined_in, NEW.note))"
    )
    func = """
        NEW.version = OLD.version + 1;
        RETURN NEW;
    """
