"""Django's SMTP, which can also say whether a letter it failed on may have gone all the same."""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class _Telling:
    """Notes when the text is handed over: until the answer comes, nobody knows its fate."""

    past_recall = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.past_recall = True
        answer: tuple[int, bytes] = super().data(msg)  # type: ignore[misc]  # smtplib's
        self.past_recall = False
        return answer


class _TellingSMTP(_Telling, smtplib.SMTP):
    pass


class _TellingSMTPS(_Telling, smtplib.SMTP_SSL):
    pass


class TellingBackend(EmailBackend):
    """The backend of production: `may_have_gone` after a failure is the truth, not a guess."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _TellingSMTPS if self.use_ssl else _TellingSMTP

    @property
    def may_have_gone(self) -> bool:
        return bool(getattr(self.connection, "past_recall", False))
