"""`manage.py up`: one command starts everything, and stopping it leaves nothing behind."""

from hms_portal.supervisor.found import use_running_servers
from hms_portal.supervisor.run import reset, up

__all__ = ["reset", "up", "use_running_servers"]
