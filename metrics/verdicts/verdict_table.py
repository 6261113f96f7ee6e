"""The verdicts on many targets for many units in whole columns, exact (domain rules 5 to 9).

Tens of thousands of units and targets are judged at once; the tests hold every column against the same rules as slow,
obvious code. Columns are made when they are asked for; gaps, paces and projections are in
:mod:`metrics.verdicts.verdict_figures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from metrics.periods import month_number
from metrics.progress import LIGHTS
from metrics.results import Light, Status, Timing
from metrics.verdicts.known_figures import NEVER, KnownFigures
from metrics.verdicts.rate_table import RateTable
from metrics.verdicts.ratios import Mask, Places, Ratios, Whole, product, total, whole
from metrics.verdicts.target_table import TargetTable

STATUSES, TIMINGS, SIGNALS = list(Status), list(Timing), list(Light)
RULES = (
    "out_of_scope",
    "not_reported",
    "denominator_zero",
    "satisfied",
    "window",
    "past_due",
    "first_value",
    "line",
    "undated_line",
    "pace",
    "below_line",
    "undated_below_line",
)


@dataclass(frozen=True, eq=False)
class VerdictTable:
    """One row a unit × target: `unit` is the place in the plan's units, `target` the row in `targets`.

    `by_hand`: lights that somebody set, by row. Masks say where a column has a value: `valued`, `judged`, `paced`,
    `required`. Where it has none there is 0.
    """

    targets: TargetTable
    known: KnownFigures
    unit: Whole
    target: Whole
    lights: Mapping[Status, Light] = field(default_factory=lambda: LIGHTS)
    by_hand: Mapping[int, Light] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.unit)

    def only(self, rows: Places | Mask) -> VerdictTable:
        """The table of these rows."""
        places = np.arange(len(self))[rows]
        hands = self.by_hand
        by_hand = {new: hands[old] for new, old in enumerate(places.tolist()) if old in hands}
        return replace(self, unit=self.unit[places], target=self.target[places], by_hand=by_hand)

    def with_lights(self, lights: Mapping[tuple[str, str], Light]) -> VerdictTable:
        """The table with lights set by hand, by unit and target; those of which it has no row do not matter."""
        units = {unit.code: place for place, unit in enumerate(self.targets.plan.units)}
        codes = np.array([target.code for target in self.targets.targets])[self.target]
        found: dict[int, Light] = {}
        for (unit, target), light in lights.items():
            rows = np.flatnonzero((self.unit == units.get(unit, -1)) & (codes == target))
            found |= dict.fromkeys(rows.tolist(), light)
        return replace(self, by_hand=found)

    def codes(self) -> list[tuple[str, str]]:
        """The unit and the target of every row."""
        units, targets = self.targets.plan.units, self.targets.targets
        pairs = zip(self.unit.tolist(), self.target.tolist(), strict=True)
        return [(units[unit].code, targets[target].code) for unit, target in pairs]

    @cached_property
    def month(self) -> int:
        """The month judged."""
        return month_number(self.targets.month.period)

    @cached_property
    def indicator(self) -> Whole:
        found: Whole = self.targets.indicator[self.target]
        return found

    @cached_property
    def course(self) -> Whole:
        """The number of the row's course."""
        return self.known.rates.course_of(self.unit, self.indicator)

    @cached_property
    def rate(self) -> Whole:
        """The row of the rate judged; −1 where the unit did not report."""
        return self.known.rates.find(self.unit, self.indicator, self.month)

    @cached_property
    def rate_before(self) -> Whole:
        """The row of the rate of the month before; −1 where the unit did not report."""
        return self.known.rates.find(self.unit, self.indicator, self.month - 1)

    @cached_property
    def valued(self) -> Mask:
        """Where there is a value."""
        found = self.rate >= 0
        found[found] = self.known.rates.applicable[self.rate[found]]
        return found

    @cached_property
    def in_scope(self) -> Mask:
        return self.targets.applies(self.target, self.unit)

    @cached_property
    def judged(self) -> Mask:
        """Where a value is judged."""
        return self.valued & self.in_scope

    @cached_property
    def value(self) -> Ratios:
        return Ratios.spread(self.valued, self.known.rates.values(self.rate[self.valued]))

    @cached_property
    def threshold(self) -> Ratios:
        return self.targets.threshold.take(self.target)

    @cached_property
    def met(self) -> Mask:
        return self.judged & self.targets.is_met(self.target, self.value)

    @cached_property
    def rule(self) -> Whole:
        """The place in RULES of the rule that decided."""
        rules = np.full(len(self), RULES.index("below_line"), dtype=np.int8)
        open_rows = np.flatnonzero(self.judged & ~self.met & ~self.targets.past[self.target])
        rules[open_rows] = self._open_rules(open_rows)
        past = self.judged & ~self.met & self.targets.past[self.target]
        rules[past] = RULES.index("past_due")
        rules[past & self.targets.in_window[self.target]] = RULES.index("window")
        rules[self.met] = RULES.index("satisfied")
        rules[~self.valued] = RULES.index("denominator_zero")
        rules[self.rate < 0] = RULES.index("not_reported")
        rules[~self.in_scope] = RULES.index("out_of_scope")
        return rules

    def _open_rules(self, rows: Whole) -> Whole:
        """The rules that decide the unmet `rows` of which the due date is not over."""
        target, better = self.target[rows], self.targets.better[self.target[rows]]
        value, dated = self.value.take(rows), self.targets.dated[self.target[rows]]
        on_line = value.beyond(self.line(rows)) * better >= 0
        rules = np.where(dated, RULES.index("below_line"), RULES.index("undated_below_line"))
        rules[on_line & dated] = RULES.index("line")
        rules[on_line & ~dated] = RULES.index("undated_line")
        below = np.flatnonzero(~on_line.astype(bool) & self.required[rows] & self.paced[rows])
        pace = self.known.paces.only(self.pace[rows[below]]).monthly
        enough = pace.beyond(self.required_pace(rows[below])) * better[below] >= 0
        rules[below[enough.astype(bool)]] = RULES.index("pace")
        # What stands between owed months is the one value still (decision 217).
        apart = np.array([self.targets.plan.months_apart[one.code] for one in self.targets.plan.indicators])
        owed = self.month - (self.month + 1) % apart[self.indicator[rows]]
        alone = self.known.first_month[self.course[rows]] >= owed
        starts_here = ~self.targets.has_baseline & ~self.targets.falls_due & ~self.targets.agreed
        rules[alone & starts_here[target]] = RULES.index("first_value")
        return rules

    @cached_property
    def status(self) -> Whole:
        """The place in the list of statuses."""
        found: Whole = _STATUS_OF_RULE[self.rule]
        return found

    @cached_property
    def computed_light(self) -> Whole:
        """The place in the list of lights of the rules' own."""
        found: Whole = np.array([SIGNALS.index(self.lights[status]) for status in STATUSES], dtype=np.int8)[self.status]
        return found

    @cached_property
    def light(self) -> Whole:
        """The place in the list of lights of the one in force."""
        found = self.computed_light.copy()
        for row, light in self.by_hand.items():
            found[row] = SIGNALS.index(light)
        return found

    @cached_property
    def timing(self) -> Whole:
        """The place in the list of timings; −1 where there is none."""
        found = np.full(len(self), -1, dtype=np.int8)
        timed = self.met & self.targets.dated[self.target]
        found[timed] = TIMINGS.index(Timing.ON_TIME)
        late = np.flatnonzero(timed & self.targets.past[self.target])
        rates = self.known.rates_timed(self.unit[late])
        due, first, last = (self.targets.timing_months[self.target[late], place] for place in range(3))
        in_window = np.zeros(len(late), dtype=bool)
        for ahead in range(int((last - first).max(initial=-1)) + 1):
            in_window |= (first + ahead <= last) & self._was_met(late, first + ahead, rates)
        found[late] = np.where(in_window, TIMINGS.index(Timing.IN_WINDOW), TIMINGS.index(Timing.LATE))
        found[late[self._was_met(late, due, rates)]] = TIMINGS.index(Timing.ON_TIME)
        return found

    def _was_met(self, rows: Whole, month: Whole, rates: RateTable) -> Mask:
        """Where by `rates` the target was met in the month, which is not after the one judged."""
        places = rates.find(self.unit[rows], self.indicator[rows], month)
        met = (places >= 0) & (month <= self.month)
        met[met] = rates.applicable[places[met]]
        met[met] = self.targets.is_met(self.target[rows[met]], rates.values(places[met]))
        return met

    @cached_property
    def regressed(self) -> Mask:
        first = np.full(len(self.known.rates.plan.units) * len(self.targets), NEVER, dtype=np.int64)
        met = self.known.met
        first[met["unit"].to_numpy().astype(np.int64) * len(self.targets) + met["target"].to_numpy()] = met["month"]
        earlier = first[self.unit.astype(np.int64) * len(self.targets) + self.target] < self.month
        return self.judged & ~self.met & earlier

    @cached_property
    def denominator_watch(self) -> Mask:
        """Where a rate got better only because its denominator shrank (:func:`is_denominator_watch`)."""
        rates, before = self.known.rates, self.rate_before
        watched = self.judged & (before >= 0) & (self.targets.better[self.target] > 0)
        watched[watched] = rates.applicable[before[watched]]
        now, then = self.rate[watched], before[watched]
        numerator, denominator = rates.column("numerator"), rates.column("denominator")
        shrank = (denominator[now] < denominator[then]) & (numerator[now] <= numerator[then])
        watched[watched] = shrank & (rates.values(now).beyond(rates.values(then)) > 0)
        return watched

    @cached_property
    def pace(self) -> Whole:
        """The row of the course's pace in the table of paces; −1 where it has none."""
        return self.known.paces.find(self.course)

    @cached_property
    def paced(self) -> Mask:
        """Where there is a present pace."""
        return self.judged & (self.pace >= 0)

    @cached_property
    def required(self) -> Mask:
        """Where there is a required pace."""
        return self.judged & ~self.met & (self.targets.left.above[self.target] > 0)

    def line(self, rows: Whole) -> Ratios:
        """The height of the line on the value's date; all `rows` have a value."""
        return _line_heights(self.targets, self.known, target=self.target[rows], course=self.course[rows])

    def required_pace(self, rows: Whole) -> Ratios:
        """What the value has to change a month; all `rows` are `required`."""
        return (self.threshold.take(rows) - self.value.take(rows)).over(self.targets.left.take(self.target[rows]))


def _line_heights(targets: TargetTable, known: KnownFigures, *, target: Whole, course: Whole) -> Ratios:
    """The heights, at the end of the month judged, of the lines by which is judged (`metrics.progress.trajectory_of`).

    A row a target, by its row in `targets`, and a course, by its number; each course has a value. Without a due date
    the line never arrives: it stays at the baseline. One whose end is not after its start has arrived. It is level
    before its start and after its end.
    """
    now = month_number(targets.month.period) + 1
    own = targets.has_baseline[target]
    height = targets.baseline.take(target).where(own, known.first_values(course))
    started = Ratios(known.first_month[course] + 1, np.ones(len(course), dtype=np.int64))
    start = targets.baseline_position.take(target).where(own, started)
    aim = targets.aim.take(target)
    whole_way = targets.aim_position.take(target) - start
    arrives = np.asarray(whole_way.above > 0, dtype=bool)
    whole_way = whole_way.where(arrives, Ratios(whole([1]), whole([1])))
    gone = (Ratios(whole([now]), whole([1])) - start).over(whole_way).reduced()
    gone = Ratios(whole([0]), whole([1])).where(np.asarray(gone.above < 0, dtype=bool), gone)
    gone = Ratios(whole([1]), whole([1])).where(np.asarray(gone.above > gone.below, dtype=bool), gone)
    above = total(
        product(product(height.above, total(gone.below, -gone.above)), aim.below),
        product(product(aim.above, gone.above), height.below),
    )
    line = Ratios(above, product(product(height.below, aim.below), gone.below))
    line = line.where(arrives, aim).where(targets.dated[target], height)
    return targets.agreed_height.take(target).where(targets.agreed[target] & targets.dated[target], line)


def _status_of_rules() -> Whole:
    statuses = {
        "out_of_scope": Status.NOT_APPLICABLE,
        "not_reported": Status.NO_DATA,
        "denominator_zero": Status.NOT_APPLICABLE,
        "satisfied": Status.MET,
        "window": Status.RECTIFYING,
        "past_due": Status.OVERDUE,
        "below_line": Status.BEHIND,
        "undated_below_line": Status.BEHIND,
    }
    return np.array([STATUSES.index(statuses.get(rule, Status.ON_TRACK)) for rule in RULES], dtype=np.int8)


_STATUS_OF_RULE = _status_of_rules()
