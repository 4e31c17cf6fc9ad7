"""The shape of what is said on the pages of bookings."""

from bookings.forms.absences import AbsenceForm
from bookings.forms.booking import NoticeForm, WhoForm
from bookings.forms.closures import ClosingForm, MoveForm, TimeForm
from bookings.forms.headcounts import HeadcountForm
from bookings.forms.registers import (
    NotTaughtForm,
    RegisterForm,
    Sending,
    read_sending,
    whole_number,
)

__all__ = [
    "AbsenceForm",
    "ClosingForm",
    "HeadcountForm",
    "MoveForm",
    "NotTaughtForm",
    "NoticeForm",
    "RegisterForm",
    "Sending",
    "TimeForm",
    "WhoForm",
    "read_sending",
    "whole_number",
]
