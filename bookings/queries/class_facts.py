"""What a class in a school is, for whoever teaches it: told by whoever knows what was ordered.

The kernel knows meetings and not orders. The app above says here how to ask it, once.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class ClassFacts:
    """What the school said of a class when it ordered. No child's name, and nothing medical."""

    class_name: str
    room: str = ""
    room_notes: str = ""
    needs: tuple[str, ...] = ()
    # Whether the school has told us what to know before meeting them, and whether it is anything.
    is_told: bool = False
    has_care: bool = False


Source = Callable[[Collection[int]], dict[int, ClassFacts]]
_sources: list[Source] = []


def tells_of_classes(source: Source) -> Source:
    """Ask this one too, by the keys of activities."""
    _sources.append(source)
    return source


def facts_of(activity_ids: Collection[int]) -> dict[int, ClassFacts]:
    """What is known of each of these classes; nothing is asked where there are none."""
    found: dict[int, ClassFacts] = {}
    for source in _sources if activity_ids else ():
        found |= source(activity_ids)
    return found
