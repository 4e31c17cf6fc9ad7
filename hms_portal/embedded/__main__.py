"""Runs a command beside a throwaway PostgreSQL: python -m hms_portal.embedded COMMAND …"""

import os
import subprocess
import sys

from hms_portal.embedded.throwaway import SETTINGS, throwaway_postgres


def main() -> int:
    with throwaway_postgres() as url:
        environment = {**os.environ, **SETTINGS, "DATABASE_URL": url}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
