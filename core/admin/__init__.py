"""Staff's door: the bases every admin class stands on, and the portal's own records."""

from core.admin.records import (
    AuditRowAdmin,
    EmailAdmin,
    HeartbeatAdmin,
    MailCopyAdmin,
    WordingAdmin,
)
from core.admin.scoped import (
    CentreScopedAdmin,
    OpenAdmin,
    Scoped,
    ScopedAdmin,
    ScopedInline,
    member_of,
)

__all__ = [
    "AuditRowAdmin",
    "CentreScopedAdmin",
    "EmailAdmin",
    "HeartbeatAdmin",
    "MailCopyAdmin",
    "OpenAdmin",
    "Scoped",
    "ScopedAdmin",
    "ScopedInline",
    "WordingAdmin",
    "member_of",
]
