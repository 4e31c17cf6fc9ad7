"""Triggers of what schools order."""

from typing import ClassVar

import pgtrigger


class FrozenOnceAgreed(pgtrigger.Trigger):
    """What an agreed order says stays said: its lines are neither added, changed nor removed.

    What we last answered may still be worked out again.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    sentences: ClassVar = {
        "orderline_agreed_is_frozen": (
            "This order is agreed, so its lines stay as they are. Cancel it, and send a new one."
        )
    }
    func = """
        IF TG_OP = 'UPDATE' AND
           to_jsonb(OLD) - ARRAY['answer', 'answer_reasons', 'answered_at']
           = to_jsonb(NEW) - ARRAY['answer', 'answer_reasons', 'answered_at'] THEN
            RETURN NEW;
        END IF;
        IF EXISTS (
            SELECT FROM lessons_schoolorder
             WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.order_id ELSE NEW.order_id END
               AND status NOT IN ('draft', 'submitted', 'quoted')
        ) THEN
            RAISE EXCEPTION 'the order is agreed or over'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'orderline_agreed_is_frozen';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    """
