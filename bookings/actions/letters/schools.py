"""Letters to a school about classes of ours there that are off, moved or back on."""

from collections.abc import Collection, Iterator, Mapping

from bookings.actions.letters.parts import letter, subject, when_of
from bookings.queries.closures import Following
from bookings.queries.schools_told import schools_told
from core import mail


def to_schools(
    copy: str,
    follows: Following,
    said: Mapping[str, str],
    *,
    reason: str,
    only: Collection[int] | None = None,
) -> Iterator[mail.Letter]:
    """Whoever speaks for its music hears once; a school that did it itself knows."""
    for told in schools_told(follows.sessions, by_id=follows.by_id):
        if only is not None and told.person.pk not in only:
            continue
        lines = [f"{when_of(one)}: {one.activity.title}" for one in told.sessions]
        yield letter(
            copy,
            told.person,
            {
                **subject(told.sessions),
                "meetings": "\n".join(lines),
                "school": told.schools,
                **said,
            },
            key=f"{reason}:school:{told.person.pk}",
            page="schools:home",
            reason=reason,
        )
