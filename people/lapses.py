"""Which letters about people may still go, asked once more as each is sent."""

import datetime as dt

from core import mail
from people.queries import invitations


@mail.still_true("invitation")
def invitation_stands(reason: str, at: dt.datetime) -> bool:
    return invitations.still_stands(reason.partition(":")[2], at)
