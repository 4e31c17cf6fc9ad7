"""Asks the web server on this machine whether it lives, as a container does: -m hms_portal.alive.

It reads no settings, so that it costs a few milliseconds and works while the database is away.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException


def is_alive(port: int) -> bool:
    """True when /healthz answers 200 to a host name the portal accepts."""
    hosts = os.environ.get("ALLOWED_HOSTS", "").replace(",", " ").split()
    host = hosts[0].removeprefix(".") if hosts and hosts[0] != "*" else "127.0.0.1"
    line = HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        line.request("GET", "/healthz", headers={"Host": host})
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


if __name__ == "__main__":
    sys.exit(0 if is_alive(8000) else 1)
