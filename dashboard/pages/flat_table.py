"""Every reporting unit below a level's top in one table: a row a unit, with its verdicts, its scores or its month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache, partial

import numpy as np

from dashboard.grids.flat_choice import FlatCell, FlatColumn, FlatRow
from dashboard.locale import _, instant_text, pgettext
from dashboard.pages.flipped import Flipped, flipped_here
from dashboard.pages.period import units_below, units_status
from dashboard.pages.review_months import period_reviewed
from dashboard.parts import FLIP
from dashboard.window.reading import Reading
from dashboard.words.figures import MINUS, STATUS_SIGNS, indicator_name, status_word, target_rule, unit_name
from dashboard.words.submissions import queue_word
from metrics.periods import last_day
from metrics.plan.model import Target, Unit, UnitKind
from metrics.queries.leaderboard import core_targets, leaderboard, weighed_targets
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.results import Rank
from metrics.rounding import shown_score
from metrics.verdicts.rounded_columns import shown_values
from metrics.verdicts.verdict_table import STATUSES, VerdictTable

UNIT, CODE = "unit", "code"  # the columns that every table begins with
PILOT = "pilot"  # where the plan names some
_NONE = FlatCell("")


@dataclass(frozen=True, slots=True)
class FlatTable:
    """`rows` in display order."""

    columns: tuple[FlatColumn, ...]
    rows: tuple[FlatRow, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


Cells = Callable[[], Sequence[FlatCell]]


class _Cells(Mapping[str, Sequence[FlatCell]]):
    """The cells of every column, made when it is asked for: a country's rows are sorted by one and shown in part."""

    def __init__(self, columns: Mapping[str, Cells]) -> None:
        self._columns = columns
        self._made: dict[str, Sequence[FlatCell]] = {}

    def __getitem__(self, name: str) -> Sequence[FlatCell]:
        if name not in self._made:
            self._made[name] = self._columns[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


@dataclass(frozen=True, slots=True, eq=False)
class _Row(Mapping[str, FlatCell]):
    cells: _Cells
    place: int

    def __getitem__(self, name: str) -> FlatCell:
        return self.cells[name][self.place]

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)


def verdict_table(reading: Reading) -> FlatTable:
    """Value and status of every core target."""
    units = _units(reading)
    core = () if reading.on is None else core_targets(reading.view, on=reading.on)

    @cache
    def judged() -> JudgedProgress:
        return progress_by_unit(
            reading.session,
            reading.view,
            month=reading.month,
            units={unit.code for unit in units},
            targets={target.code for target in core},
        )

    flipped = cache(partial(flipped_shown, reading))
    cells: dict[str, Cells] = {}
    for target in core:
        cells[f"{target.code}-value"] = partial(_spread, units, judged, target.code, _values)
        cells[f"{target.code}-status"] = partial(_marked_statuses, units, judged, target.code, flipped)
    columns = [column for target in core for column in _target_columns(reading, target)]
    return _table(reading, columns, units, cells)


def flipped_shown(reading: Reading) -> Flipped:
    """What corrections turned of the verdicts that the table of core targets shows."""
    core = () if reading.on is None else core_targets(reading.view, on=reading.on)
    return flipped_here(reading, {unit.code for unit in _units(reading)}, {target.code for target in core})


def _spread(
    units: Sequence[Unit],
    judged: Callable[[], JudgedProgress],
    target: str,
    cells: Callable[[VerdictTable], list[FlatCell]],
) -> list[FlatCell]:
    """The cells of the verdicts on `target` by unit, empty where there is none."""
    table = judged().table
    if table is None:
        return [_NONE] * len(units)
    of_target = [place for place, one in enumerate(table.targets.targets) if one.code == target]
    table = table.only(np.isin(table.target, of_target))
    plan_units = table.targets.plan.units
    found = {plan_units[unit].code: cell for unit, cell in zip(table.unit.tolist(), cells(table), strict=True)}
    return [found.get(unit.code, _NONE) for unit in units]


def _marked_statuses(
    units: Sequence[Unit], judged: Callable[[], JudgedProgress], target: str, flipped: Callable[[], Flipped]
) -> list[FlatCell]:
    """The cells of the statuses, marked where a correction turned one."""
    turned = flipped().changes
    return [
        FlatCell(f"{cell.text} {FLIP}") if (unit.code, target) in turned else cell
        for unit, cell in zip(units, _spread(units, judged, target, _statuses), strict=True)
    ]


def _values(table: VerdictTable) -> list[FlatCell]:
    texts = shown_values(table.targets.plan, table.indicator, table.value, known=table.valued)
    values = table.value.fractions()
    return [
        _NONE if text is None else FlatCell(text.replace("-", MINUS), value)
        for text, value in zip(texts, values, strict=True)
    ]


def _statuses(table: VerdictTable) -> list[FlatCell]:
    cells = [FlatCell(f"{STATUS_SIGNS[status]} {status_word(status)}") for status in STATUSES]
    by_hand = [FlatCell(f"{cell.text} ✎") for cell in cells]
    return [
        by_hand[status] if row in table.by_hand else cells[status] for row, status in enumerate(table.status.tolist())
    ]


def _target_columns(reading: Reading, target: Target) -> list[FlatColumn]:
    group = _named(reading, target)
    return [
        FlatColumn(f"{target.code}-value", _("Value"), group, numbers=True),
        FlatColumn(f"{target.code}-status", _("Status"), group),
    ]


def score_table(reading: Reading) -> FlatTable:
    """Rank, score, movement, and what was reached of every weighed target."""
    units = {unit.code: unit for unit in _units(reading)}
    ranked = [row for row in leaderboard(reading.session, reading.view, month=reading.month) if row.unit_code in units]
    on = last_day(ranked[0].period) if ranked else reading.on
    counting = () if on is None else weighed_targets(reading.view, on=on)
    weighed = [] if on is None else [one for one in reading.plan.targets_in_force(on) if one.code in counting]
    columns = [
        FlatColumn("rank", _("Rank"), numbers=True),
        FlatColumn("score", _("Score"), numbers=True),
        FlatColumn("movement", _("Movement"), numbers=True),
        *[FlatColumn(f"{target.code}-share", _named(reading, target), numbers=True, wide=True) for target in weighed],
    ]
    cells: dict[str, Cells] = {
        "rank": lambda: [_whole(row.rank) for row in ranked],
        "score": lambda: [_score(row.score) for row in ranked],
        "movement": lambda: [_whole(row.movement, signed=True) for row in ranked],
    }
    for target in weighed:
        cells[f"{target.code}-share"] = partial(_shares, ranked, target.code)
    return _table(reading, columns, [units[row.unit_code] for row in ranked], cells)


def _shares(ranked: Sequence[Rank], target: str) -> list[FlatCell]:
    return [_score(row.attainments.get(target)) for row in ranked]


def _named(reading: Reading, target: Target) -> str:
    indicator = reading.plan.indicator_by_code[str(target.indicator)]
    return f"{indicator_name(indicator)} {target_rule(target, indicator)}"


def month_table(reading: Reading) -> FlatTable:
    """Where the month's submission stands, when it came, and how late."""
    principal = reading.principal
    if principal is None:
        return FlatTable((), ())
    status = units_status(reading, principal, period_reviewed(reading), units=units_below(reading))
    columns = [
        FlatColumn("state", _("State")),
        FlatColumn("first", _("First submitted"), wide=True),
        FlatColumn("late", _("Days late"), numbers=True),
        FlatColumn("revision", _("Revision"), numbers=True),
        FlatColumn("blocks", _("Blocks of the form"), numbers=True),
    ]
    known = [row for row in status.values() if row.unit in reading.plan.unit_by_code]
    units = [reading.plan.unit_by_code[row.unit] for row in known]
    cells: dict[str, Cells] = {
        "state": lambda: [
            FlatCell(queue_word(row.state) if row.received or row.expected else _("optional")) for row in known
        ],
        "first": lambda: [_moment(reading, row.first_submitted_at) for row in known],
        "late": lambda: [_whole(row.days_late) for row in known],
        "revision": lambda: [_whole(row.revision or None) for row in known],
        "blocks": lambda: [_whole(len(row.blocks_received) if row.received else None) for row in known],
    }
    return _table(reading, columns, units, cells)


def _moment(reading: Reading, moment: datetime | None) -> FlatCell:
    if moment is None:
        return _NONE
    return FlatCell(instant_text(moment, timezone=reading.timezone), Fraction(int(moment.timestamp())))


def _whole(number: int | None, *, signed: bool = False) -> FlatCell:
    return _NONE if number is None else FlatCell(f"{number:+d}" if signed and number else str(number), Fraction(number))


def _score(score: Fraction | None) -> FlatCell:
    return _NONE if score is None else FlatCell(shown_score(score), score)


def _units(reading: Reading) -> list[Unit]:
    """The reporting units below the level's top that exist on the day judged."""
    below = reading.plan.reporting_units_under(reading.level.under.code)
    return [unit for unit in below if reading.on is None or unit.exists_on(reading.on)]


def _table(
    reading: Reading, columns: Sequence[FlatColumn], units: Sequence[Unit], cells: Mapping[str, Cells]
) -> FlatTable:
    """The table with the units' names, their codes and what stands between them and the level's top before the rest."""
    above = [_between(reading, unit) for unit in units]
    places = range(max(map(len, above), default=0))
    named = [
        FlatColumn(UNIT, _("Unit"), wide=True),
        *[FlatColumn(f"above-{place}", _kinds(above, place)) for place in places],
        FlatColumn(CODE, _("Code")),
        *([FlatColumn(PILOT, _("Pilot"))] if reading.plan.pilots else []),
    ]
    known: dict[str, Cells] = {
        UNIT: lambda: [FlatCell(unit_name(unit)) for unit in units],
        CODE: lambda: [FlatCell(unit.code) for unit in units],
        PILOT: lambda: [FlatCell(_("Pilot")) if unit.code in reading.plan.pilots else _NONE for unit in units],
    }
    for place in places:
        known[f"above-{place}"] = partial(_names_at, above, place)
    made = _Cells({**known, **cells})
    return FlatTable((*named, *columns), tuple(_Row(made, place) for place in range(len(units))))


def _names_at(above: Sequence[Sequence[Unit]], place: int) -> list[FlatCell]:
    return [FlatCell(unit_name(way[place]) if place < len(way) else "") for way in above]


def _between(reading: Reading, unit: Unit) -> list[Unit]:
    """What stands between the level's top and the unit, highest first."""
    found: list[Unit] = []
    above = unit.parent
    while above is not None and above != reading.level.under.code:
        found.insert(0, reading.plan.unit_by_code[above])
        above = found[0].parent
    return found


def _kinds(above: Iterable[Sequence[Unit]], place: int) -> str:
    """What the units at one place of the ways to the root are called together."""
    words = {UnitKind.PROVINCE: _("Province"), UnitKind.CITY: pgettext("kind of unit", "City")}
    there = {way[place].kind for way in above if len(way) > place}
    return " / ".join(words[kind] for kind in words if kind in there) or _("Unit")


VERDICTS = "verdicts"
TABLES: Mapping[str, Callable[[Reading], FlatTable]] = {
    VERDICTS: verdict_table,
    "scores": score_table,
    "months": month_table,
}
