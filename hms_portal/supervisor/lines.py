"""What the supervisor prints: one line at a time, each with its hour and whose it is."""

import sys
import time


def say(text: str = "") -> None:
    """Print, even when the terminal has gone: a supervisor must still stop what it started."""
    try:
        print(text, flush=True)
    except OSError:
        return


def say_as(name: str, text: str) -> None:
    say(f"{time.strftime('%H:%M:%S')} {name:<8} | {text}")


def say_error(text: str) -> None:
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        return
