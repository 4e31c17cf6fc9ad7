"""No small number can be worked out from lines and the sums that stand beside them."""

import random

import pytest

from reports.rules.funnel import Counted, Steps, rows
from reports.rules.hiding import COLUMNS, spared, tables_beside_sums

FEW = 3


@pytest.mark.parametrize(
    ("values", "hidden", "found", "keeps"),
    [
        ([9, 8, 7], [], [], True),
        ([9, 1, 7, 5], [1], [1, 3], True),
        ([9, 2, 2, 7], [1, 2], [1, 2, 3], True),
        ([9, 1, 2, 1, 7], [1, 2, 3], [1, 2, 3], True),
        pytest.param([9, 8, 7], [1], [1, 2], True, id="hidden for who stopped"),
        pytest.param([2, 2], [0, 1], [0, 1], False, id="all at the edge"),
        ([1], [0], [0], True),
    ],
)
def test_spared_leaves_no_hidden_line_to_be_worked_out_from_the_sum(values, hidden, found, keeps):
    said = spared(dict(enumerate(values)), hidden, hide_below=FEW)

    assert said == (set(found), keeps)


def test_a_small_number_is_not_told_by_its_instrument_when_another_hides_beside_it():
    """Ukulele is 31, so a school of 29 beside one of 2 would say that there are 2."""
    parts = [
        ("Ukulele", Counted(Steps(taught=29))),
        ("Ukulele", Counted(Steps(taught=2))),
        ("Recorder", Counted(Steps(taught=25))),
    ]

    above, tables = tables_beside_sums(parts, hide_below=FEW)

    assert [table[0].everybody.words for table in tables] == ["Not shown", "Under 3", "25"]
    assert above["Ukulele"][0].everybody.words == "31"


def test_one_who_stopped_is_not_told_by_what_all_the_others_leave_of_the_sum():
    parts = [
        ("Ukulele", Counted(Steps(30, 30, 11, 11, 9))),
        ("Ukulele", Counted(Steps(30, 30, 12, 12, 12))),
    ]

    _, tables = tables_beside_sums(parts, hide_below=FEW)

    assert [table[4].everybody.words for table in tables] == ["Not shown", "Not shown"]


def test_a_group_is_hidden_beside_its_own_sum_too():
    everybody = Steps(30, 30, 20, 20, 20)
    parts = [
        ("Ukulele", Counted(everybody, pp=Steps(9, 9, 5, 5, 5))),
        ("Ukulele", Counted(everybody, pp=Steps(9, 9, 2, 2, 2))),
        ("Ukulele", Counted(everybody, pp=Steps(9, 9, 6, 6, 6))),
    ]

    _, tables = tables_beside_sums(parts, hide_below=FEW)

    assert [table[2].pp.words for table in tables] == ["Not shown", "Under 3", "6"]


def test_two_hidden_numbers_that_their_sum_would_tell_say_nothing():
    parts = [(kind, Counted(Steps(taught=2))) for kind in ("Ukulele", "Recorder")]

    above, tables = tables_beside_sums(parts, hide_below=FEW)

    assert {table[0].everybody.words for table in (*above.values(), *tables)} == {"Not shown"}


def test_no_hidden_number_of_a_county_can_be_worked_out():
    """A reader who takes every sum apart, again and again, comes to none that is hidden."""
    draw = random.Random(11)  # noqa: S311 - draws examples
    for _ in range(400):
        parts = [
            (draw.choice(["Djembe", "Recorder", "Ukulele"]), _counted(draw))
            for _ in range(draw.randint(1, 6))
        ]
        tables = _all_tables(parts)
        for place in range(5):
            for column in COLUMNS:
                cells = {key: getattr(table[place], column) for key, table in tables.items()}
                secret = {key for key, cell in cells.items() if cell.number is None}
                assert secret.isdisjoint(_worked_out(cells)), (parts, column, place)


def _counted(draw):
    """Most classes go on in full steps; a few lose one or two children."""
    pp, rest = (
        Steps(*sorted((draw.choice([0, 1, 2, 4, 8, 9, 15]) for _ in range(5)), reverse=True))
        for _ in "ab"
    )
    return Counted(pp + rest, pp=pp)


def _all_tables(parts):
    """What the county reads of everything, of each kind and of each part."""
    above, tables = tables_beside_sums(parts, hide_below=FEW)
    whole = rows(sum((counted for _, counted in parts), Counted()), hide_below=FEW)
    lines = {(kind, number): tables[number] for number, (kind, _) in enumerate(parts)}
    return {(): whole, **{(kind,): table for kind, table in above.items()}, **lines}


def _worked_out(cells):
    """What is known once every sum is taken apart: by what is shown, and what is said to be few."""
    sums = {total: [key for key in cells if key and key[:-1] == total] for total in cells}
    known = {key: cell.number for key, cell in cells.items() if cell.number is not None}
    few = {key for key, cell in cells.items() if cell.words.startswith("Under")}
    before = -1
    while before != len(known):
        before = len(known)
        for total, lines in sums.items():
            if lines:
                _take_apart(total, lines, known, few)
    return known.keys()


def _take_apart(total, lines, known, few):
    unknown = [key for key in lines if key not in known]
    if total not in known:
        if not unknown:
            known[total] = sum(known[key] for key in lines)
        return
    left = known[total] - sum(known.get(key, 0) for key in lines)
    if len(unknown) == 1:
        known[unknown[0]] = left
    elif unknown and few.issuperset(unknown) and left in {0, (FEW - 1) * len(unknown)}:
        known.update(dict.fromkeys(unknown, left // len(unknown)))
