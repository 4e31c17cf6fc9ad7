"""Which numbers of several lines may be shown beside their sums, so that none can be worked out."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from reports.rules.funnel import NOT_SHOWN, NOT_YET, TOO_EARLY, Cell, Counted, Row, rows

Table = list[Row]
COLUMNS = ("everybody", "pp", "send")
NOUGHT = (NOT_YET, TOO_EARLY)  # said in words, and known to be nought
ALL = ""  # the kind of what has no other sum than everything's


def tables_beside_sums(
    parts: Sequence[tuple[str, Counted]], *, hide_below: int
) -> tuple[dict[str, Table], list[Table]]:
    """Of parts, each of a kind: a table a kind, by its name, and a table a part.

    The sum of everything is shown, and so are those of the kinds.
    """
    sums: dict[str, Counted] = defaultdict(Counted)
    for kind, counted in parts:
        sums[kind] += counted
    kinds = sorted(sums)
    above = _spared([(ALL, sums[kind]) for kind in kinds], {}, hide_below)
    by_kind = dict(zip(kinds, above, strict=True))
    return by_kind, _spared(parts, by_kind, hide_below)


def spared(
    values: Mapping[int, int], hidden: Collection[int], *, hide_below: int
) -> tuple[set[int], bool]:
    """Which lines of one column are hidden beside its sum, and whether that keeps them.

    One hidden line alone could be worked out, and so could several that are all as small, or as
    large, as a hidden number can be: then the smallest that is left is hidden too. A line that is
    all of its sum stands as its sum does.
    """
    if len(values) == 1:
        return set(hidden), True
    found = set(hidden)
    while found and not _keeps([values[line] for line in found], hide_below):
        rest = values.keys() - found
        if not rest:
            return found, False
        found.add(_smallest(values, rest))
    return found, True


def _keeps(values: Sequence[int], hide_below: int) -> bool:
    if len(values) == 1:
        return False
    is_large = any(value >= hide_below for value in values)
    return is_large or hide_below <= sum(values) < (hide_below - 1) * len(values)


def _smallest(values: Mapping[int, int], lines: Collection[int]) -> int:
    return min(lines, key=lambda line: (values[line], line))


def _spared(
    parts: Sequence[tuple[str, Counted]], above: Mapping[str, Table], hide_below: int
) -> list[Table]:
    """A table each, with more left out where a number could be worked out from a sum.

    `above`: the tables of the kinds, where these are shown as well.
    """
    tables = [rows(counted, hide_below=hide_below) for _, counted in parts]
    for place in range(len(tables[0]) if tables else 0):
        for column in COLUMNS:
            cells: list[Cell] = [getattr(table[place], column) for table in tables]
            values = {
                line: getattr(parts[line][1], column).each[place]
                for line, cell in enumerate(cells)
                if cell.words not in NOUGHT
            }
            hidden = {line for line in values if tables[line][place].everybody.number is None}
            hidden |= {line for line in values if cells[line].number is None}
            for lines in _by_sum(parts, values, above, hidden, (column, place)):
                theirs = {line: values[line] for line in lines}
                found, keeps = spared(theirs, hidden & lines, hide_below=hide_below)
                for line in found:
                    is_own = cells[line].number is None and keeps
                    words = cells[line].words if is_own else NOT_SHOWN
                    tables[line][place] = _with(tables[line][place], column, Cell(None, words))
    return tables


def _with(row: Row, column: str, cell: Cell) -> Row:
    return Row(
        row.step, row.name, *(cell if one == column else getattr(row, one) for one in COLUMNS)
    )


def _by_sum(
    parts: Sequence[tuple[str, Counted]],
    values: Mapping[int, int],
    above: Mapping[str, Table],
    hidden: set[int],
    where: tuple[str, int],
) -> list[set[int]]:
    """The lines that stand beside one sum: a kind's, or what all kinds that are hidden make.

    Of a hidden kind one line at least is added to `hidden`, or the lines would tell its sum.
    """
    column, place = where
    by_kind: dict[str, set[int]] = defaultdict(set)
    for line in values:
        by_kind[parts[line][0]].add(line)
    sums, others = [], set()
    for kind, lines in by_kind.items():
        cell: Cell | None = getattr(above[kind][place], column) if kind in above else None
        if cell is None or cell.number is not None or cell.words in NOUGHT:
            sums.append(lines)
            continue
        others |= lines
        if not hidden & lines:
            hidden.add(_smallest(values, lines))
    return [*sums, others]
