#!/usr/bin/env python
"""Runs the portal's commands. `manage.py up` starts everything, servers included."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

from hms_portal.supervisor import reset, up, use_running_servers

# These two come before the settings, which need the servers' addresses.
BEFORE_DJANGO = {"up": up, "reset": reset}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
    command = BEFORE_DJANGO.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if command:
        sys.exit(command(sys.argv[2:]))
    use_running_servers()
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as problem:
        if "connection failed" not in str(problem) and "connection is bad" not in str(problem):
            raise
        reason = str(problem).strip().splitlines()[0]
        sys.exit(f"DATABASE_URL names a database that does not answer: {reason}")


if __name__ == "__main__":
    main()
