"""Where the embedded servers keep their rows and their sockets, and the addresses that follow."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parents[2]

# A socket's path may have 103 bytes (macOS; 107 on Linux), so sockets live in a short private
# folder under the temporary one and never in a checkout, which may be deep.
LONGEST_SOCKET = 103


@dataclass(frozen=True)
class Paths:
    """One set of servers: `var` keeps what must last, `run` the sockets."""

    var: Path
    run: Path

    @classmethod
    def usual(cls) -> "Paths":
        """The servers of this checkout, for this user."""
        var = Path(os.environ.get("PORTAL_VAR") or CHECKOUT / "var").resolve()
        mark = hashlib.sha256(os.fsencode(var)).hexdigest()[:10]
        folder = f"portal-{os.getuid()}-{mark}"
        run = Path(tempfile.gettempdir()) / folder
        if len(os.fsencode(run / "valkey" / "valkey.sock")) > LONGEST_SOCKET:
            run = Path("/tmp") / folder  # noqa: S108 - made private, its owner checked
        return cls(var=var, run=run)

    @classmethod
    def throwaway(cls) -> "Paths":
        """Servers nobody will want again: the caller removes `run` afterwards."""
        root = Path(tempfile.mkdtemp(prefix="portal-"))
        return cls(var=root / "var", run=root)

    @property
    def postgres_rows(self) -> Path:
        return self.var / "postgres"

    @property
    def postgres_socket(self) -> Path:
        """The folder that holds PostgreSQL's socket."""
        return self.run / "pg"

    @property
    def valkey_rows(self) -> Path:
        return self.var / "valkey"

    @property
    def valkey_socket(self) -> Path:
        return self.run / "valkey" / "valkey.sock"

    @property
    def lock(self) -> Path:
        """Held by the one `manage.py up` that may use these folders."""
        return self.var / "up.lock"

    @property
    def database_url(self) -> str:
        return f"postgresql://portal@{quote(str(self.postgres_socket), safe='')}/portal"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}?db=1"

    @property
    def broker_url(self) -> str:
        # kombu knows no unix://, and redis-py no redis+socket://.
        return f"redis+socket://{self.valkey_socket}?virtual_host=0"
