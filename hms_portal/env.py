"""Reads the environment, and refuses a missing or wrong value by naming it."""

import os
from urllib.parse import urlsplit


class BadSetting(SystemExit):
    """A setting is missing or wrong: the program ends with one sentence and exit code 1."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        self.sentence = f"{name} {problem}"
        super().__init__(self.sentence)


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise BadSetting(name, "is not set. See README.md, Settings.")
    return default


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "0", "1", "true", "false", "yes", "no"}:
        return default if not value else value in {"1", "true", "yes"}
    raise BadSetting(name, f"must be 1 or 0, not “{value}”.")


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdecimal():
        raise BadSetting(name, f"must be a whole number, not “{value}”.")
    if int(value) < least or (most is not None and int(value) > most):
        reach = f"from {least} to {most}" if most is not None else f"at least {least}"
        raise BadSetting(name, f"must be {reach}, not {value}.")
    return int(value)


def url(name: str, *, schemes: set[str], default: str | None = None) -> str:
    """An address with one of these schemes; the value is never repeated: it may hold a password."""
    value = text(name, default)
    if value and _scheme(name, value) not in schemes:
        wanted = " or ".join(f"{known}://" for known in sorted(schemes))
        raise BadSetting(name, f"must begin with {wanted}.")
    return value


def _scheme(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port  # refuses one that is no number
    except ValueError:
        raise BadSetting(name, "is not an address that can be read.") from None
    return parts.scheme


def words(name: str, default: str | None = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]
