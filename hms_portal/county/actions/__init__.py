"""Everything that writes the demonstration county, one action a stage, in their order."""

from hms_portal.county.actions.activities import load_activities
from hms_portal.county.actions.claims import load_claims
from hms_portal.county.actions.classes import load_class_returns, load_classes
from hms_portal.county.actions.days import load_answers, load_days, load_forgotten
from hms_portal.county.actions.enrolments import load_enrolments
from hms_portal.county.actions.families import load_families, load_schools
from hms_portal.county.actions.orders import load_orders
from hms_portal.county.actions.places import (
    load_calendar,
    load_causes,
    load_centres,
    load_closures,
    load_postcodes,
)
from hms_portal.county.actions.programmes import load_programmes
from hms_portal.county.actions.registers import load_registers
from hms_portal.county.actions.sessions import load_leaders, load_sessions
from hms_portal.county.actions.sign_ins import load_sign_ins
from hms_portal.county.actions.staff import load_required_checks, load_staff
from hms_portal.county.actions.staffing import load_asking, load_cover
from hms_portal.county.actions.training import load_plan_features, load_training
from hms_portal.county.actions.words import load_catalogue, load_rates, load_words

__all__ = [
    "load_activities",
    "load_answers",
    "load_asking",
    "load_calendar",
    "load_catalogue",
    "load_causes",
    "load_centres",
    "load_claims",
    "load_class_returns",
    "load_classes",
    "load_closures",
    "load_cover",
    "load_days",
    "load_enrolments",
    "load_families",
    "load_forgotten",
    "load_leaders",
    "load_orders",
    "load_plan_features",
    "load_postcodes",
    "load_programmes",
    "load_rates",
    "load_registers",
    "load_required_checks",
    "load_schools",
    "load_sessions",
    "load_sign_ins",
    "load_staff",
    "load_training",
    "load_words",
]
