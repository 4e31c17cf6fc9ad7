"""What somebody at a desk does in the admin: look at a list, run an action, read what it says."""

from django.contrib.messages import get_messages

from bookings.models import Enrolment
from people.models import sort_name_of

LIST = "/admin/bookings/activity/"
PUPILS = "/admin/bookings/enrolment/"
S = Enrolment.Status


def named(given, family):
    return {"given_name": given, "family_name": family, "sort_name": sort_name_of(given, family)}


def listed(desk, address=LIST, **asked):
    return list(desk.get(address, asked).context["cl"].result_list)


def act(desk, action, rows, address=LIST, **said):
    """Run an action as the list's form does; with answers, as the page between does."""
    answered = {"answered": "yes", **said} if said else {}
    keys = [row.pk for row in rows]
    return desk.post(address, {"action": action, "_selected_action": keys, "index": 0, **answered})


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]
