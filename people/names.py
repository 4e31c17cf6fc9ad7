"""Names as people write them: any script, any length a table holds, and no tricks."""

import re
import unicodedata

LONGEST_NAME = 200
# They turn the text that follows a name around; no script needs them inside a name.
_TURNERS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_ADDRESS = re.compile(r"://|www\.|@", re.IGNORECASE)


def tidy_name(name: str) -> str:
    """The same name in one form: composed letters, single spaces, no invisible commands."""
    composed = unicodedata.normalize("NFC", name).translate(_TURNERS)
    printed = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in composed)
    return " ".join(printed.split())


def is_an_address(name: str) -> bool:
    """True for what would make our letters carry a stranger's link in the place of a name."""
    return bool(_ADDRESS.search(name))
