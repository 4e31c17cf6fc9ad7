"""Logs as structured lines, each with the id of the request or task that caused it."""

import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Addresses that are keys, wherever a line repeats a path: calendars, invitations, stopping news.
_SECRETS = re.compile(r"(/(?:feed|invitation|stop-news)/)[^\s/?#\"']+?(?=\.ics|[\s/?#\"']|$)")


def without_secrets(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The line, with no key of an address in any of its words."""
    for name, said in line.items():
        if isinstance(said, str):
            line[name] = _SECRETS.sub(r"\1(secret)", said)
    return line


def configure(*, readable: bool) -> None:
    """Send every log line, ours and the libraries', to standard error in one shape."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if readable
        else structlog.processors.JSONRenderer()
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        without_secrets,
                        last,
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {"django.server": {"level": "WARNING"}, "csp": {"level": "WARNING"}},
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
