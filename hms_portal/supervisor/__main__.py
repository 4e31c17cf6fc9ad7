"""Runs a command with the servers of a running `manage.py up`: python -m hms_portal.supervisor …"""

import os
import sys

from hms_portal.supervisor.found import use_running_servers


def main() -> None:
    use_running_servers()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
