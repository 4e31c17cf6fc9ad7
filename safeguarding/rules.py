"""How the code of a letter of assurance is said and typed."""

import re

# Nothing that is read for something else, and no vowel that would make a word.
SIGNS = "23456789BCDFGHJKLMNPQRSTVWXYZ"
GROUP = 3
GROUPS = 3
_NOT_SIGNS = re.compile(r"[\s\-–—.]+")
_CODE = re.compile(rf"[A-Z0-9]{{{GROUP * GROUPS}}}")


def code_in(typed: str) -> str:
    """LA7-Q2M-94T, however it was typed; nothing where no letter could have it."""
    signs = _NOT_SIGNS.sub("", typed).upper()
    return in_groups(signs) if _CODE.fullmatch(signs) else ""


def in_groups(signs: str) -> str:
    """As it is said on the telephone: three by three."""
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))
