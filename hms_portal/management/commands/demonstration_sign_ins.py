"""Prints whom a visitor of the demonstration may sign in as: `manage.py demonstration_sign_ins`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hms_portal.county.shown import ALL, PASSWORD
from people.models import User


class Command(BaseCommand):
    """Names, what each may do, their addresses, and the password they share."""

    help = "Show the demonstration's sign-ins."

    def handle(self, **options: Any) -> None:
        emails = [shown.email for shown in ALL]
        users = User.objects.select_related("person").filter(email__in=emails)
        names = {user.email: str(user.person) for user in users}
        if not settings.DEMONSTRATION or not names:
            self.stdout.write("There is nobody to sign in as: `manage.py load_county` brings them.")
            return
        self.stdout.write("Sign in as:")
        for shown in ALL:
            if shown.email in names:
                self.stdout.write(f"  {shown.email:<29} {names[shown.email]}, {shown.who}")
        self.stdout.write(f"  The password of each is  {PASSWORD}")
