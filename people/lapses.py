"""Which letters about people may still go, asked once more as each is sent."""

import datetime as dt

from core import mail
from people.queries import invitations, school_accounts
from people.rules import Standing


@mail.still_true("invitation")
def invitation_stands(reason: str, at: dt.datetime) -> bool:
    return invitations.still_stands(reason.partition(":")[2], at)


@mail.still_true("school-invitation")
def school_invitation_stands(reason: str, at: dt.datetime) -> bool:
    letter = school_accounts.school_letter_of(reason.partition(":")[2], at)
    return letter is not None and letter.standing == Standing.OPEN
