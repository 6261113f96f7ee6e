"""The whole plan as one value."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from metrics.periods import DueRule, is_owed, month_number
from metrics.plan.model.basics import PlanPart, Text
from metrics.plan.model.document import Document
from metrics.plan.model.form import Block, CalendarYear, Check, Element
from metrics.plan.model.targets import Indicator, Target, Weight
from metrics.plan.model.tasks import Decision, Department, Milestone, Phase, Task, TaskGroup
from metrics.plan.model.units import KindName, Unit, UnitKind

_MOST_DAYS = 1000  # for which it is remembered what was in force


class Plan(PlanPart):
    """Everything known of the plan at one moment.

    `targets` holds every known revision, ordered by (order, code, revision).
    """

    document: Document
    units: tuple[Unit, ...]
    blocks: tuple[Block, ...]
    elements: tuple[Element, ...]
    checks: tuple[Check, ...]
    indicators: tuple[Indicator, ...]
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    milestones: tuple[Milestone, ...]
    groups: tuple[TaskGroup, ...] = ()
    departments: tuple[Department, ...] = ()
    phases: tuple[Phase, ...] = ()
    decisions: tuple[Decision, ...] = ()
    weights: tuple[Weight, ...] = ()
    calendar: tuple[CalendarYear, ...] = ()
    kinds: tuple[KindName, ...] = ()
    seq: int = 0  # the ledger sequence number at which this became known; 0 when read from files

    @cached_property
    def unit_by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def kind_names(self) -> dict[UnitKind, Text]:
        """The kinds of unit for which the plan has words of its own."""
        return {kind.code: kind.name for kind in self.kinds}

    @cached_property
    def department_by_code(self) -> dict[str, Department]:
        return {department.code: department for department in self.departments}

    @cached_property
    def element_by_code(self) -> dict[str, Element]:
        return {element.code: element for element in self.elements}

    @cached_property
    def indicator_by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def published_elements(self) -> frozenset[str]:
        """The elements of which some rate is made. What a rate publishes is open to every reader."""
        return frozenset(code for indicator in self.indicators for code in indicator.elements)

    @cached_property
    def numerator_steps(self) -> dict[str, Fraction]:
        """By indicator, the smallest amount by which its numerator can differ: 1 item, a tenth of a day."""
        return {indicator.code: self._step(indicator) for indicator in self.indicators}

    def _step(self, indicator: Indicator) -> Fraction:
        terms = [(abs(term.times), self.element_by_code[term.element].decimals) for term in indicator.numerator.terms]
        most = max(decimals for _, decimals in terms)
        return Fraction(math.gcd(*(times * 10 ** (most - decimals) for times, decimals in terms)), 10**most)

    @cached_property
    def indicator_decimals(self) -> dict[str, int]:
        """By indicator, the most decimals that any of its elements has: × 10**decimals all its sums are whole."""
        return {
            indicator.code: max(self.element_by_code[code].decimals for code in indicator.elements)
            for indicator in self.indicators
        }

    @cached_property
    def months_apart(self) -> dict[str, int]:
        """By indicator how many months lie from one month in which it is owed to the next: 1, 3 or 12."""
        return {
            indicator.code: max(self.element_by_code[code].owed.months_apart for code in indicator.elements)
            for indicator in self.indicators
        }

    @cached_property
    def block_months(self) -> dict[str, int]:
        """By block how many months lie from one month in which it is owed to the next."""
        return {element.block: element.owed.months_apart for element in self.elements}

    def unit_months(self, unit: Unit) -> int:
        """How many months lie from one month in which the unit owes any block to the next."""
        if unit.blocks not in self._months_of_blocks:  # a country's units have the same few
            months = (self.block_months.get(code, 1) for code in unit.blocks or self.block_months)
            self._months_of_blocks[unit.blocks] = min(months, default=1)
        return self._months_of_blocks[unit.blocks]

    @cached_property
    def _months_of_blocks(self) -> dict[tuple[str, ...], int]:
        """What was asked of :meth:`unit_months`, by the unit's blocks."""
        return {}

    def blocks_owed(self, period: date) -> tuple[Block, ...]:
        """The blocks of the form that are owed for the period, in display order."""
        ordered = sorted(self.blocks, key=lambda block: block.order)
        return tuple(block for block in ordered if is_owed(period, self.block_months.get(block.code, 1)))

    @cached_property
    def due_rule(self) -> DueRule:
        """When submissions are due: the document's settings and the holiday table."""
        document = self.document
        return DueRule(
            due_day=document.due_day,
            timezone=document.timezone,
            rolls_forward=document.due_rolls_forward,
            holidays=frozenset(day for year in self.calendar for off in year.holidays for day in off.days()),
            working_weekends=frozenset(day for year in self.calendar for day in year.working_weekends),
        )

    @cached_property
    def children(self) -> dict[str, tuple[Unit, ...]]:
        """Direct children by parent code, in display order."""
        found: dict[str, list[Unit]] = {}
        for unit in sorted(self.units, key=lambda unit: (unit.order, unit.code)):
            if unit.parent is not None:
                found.setdefault(unit.parent, []).append(unit)
        return {code: tuple(units) for code, units in found.items()}

    @cached_property
    def reporting_units(self) -> tuple[Unit, ...]:
        """Units that post submissions (those without children), in display order."""
        ordered = sorted(self.units, key=lambda unit: (unit.order, unit.code))
        return tuple(unit for unit in ordered if unit.code not in self.children)

    @cached_property
    def owing_units(self) -> dict[int, tuple[str, ...]]:
        """By task the reporting units that report on it, in display order.

        They are those the task names, collectives expanded, and the city departments where it names a body that is no
        reporting unit of its own: the bureaus report as one unit. A task that names nobody who reports is owed by none.
        """
        places = {unit.code: place for place, unit in enumerate(self.reporting_units)}
        bureaus = {unit.code for unit in self.reporting_units if unit.kind is UnitKind.CITY_DEPARTMENTS}
        known = self.unit_by_code.keys() | {one.code for one in self.departments if one.expands_to}
        found = {}
        for task in self.tasks:
            as_one = {body.code for body in (*task.leads, *task.responsible)} - known
            named = places.keys() & {*task.named_units, *(bureaus if as_one else ())}
            found[task.number] = tuple(sorted(named, key=places.__getitem__))
        return found

    @cached_property
    def pilots(self) -> frozenset[str]:
        """The reporting units that tasks of the plan name as pilots (试点)."""
        return frozenset(code for task in self.tasks if task.pilot for code in task.named_units)

    @cached_property
    def root(self) -> Unit:
        return self.unit_by_code[self.document.root_unit]

    def reporting_units_under(self, code: str) -> tuple[Unit, ...]:
        """The reporting units below `code`; a reporting unit answers itself."""
        return self._reporting_below.get(code) or (self.unit_by_code[code],)

    @cached_property
    def _reporting_below(self) -> dict[str, tuple[Unit, ...]]:
        """By unit that adds up others: the reporting units below it, in the order of the tree."""
        found: dict[str, tuple[Unit, ...]] = {}

        def below(code: str) -> tuple[Unit, ...]:
            if code not in self.children:
                return (self.unit_by_code[code],)
            found[code] = tuple(unit for child in self.children[code] for unit in below(child.code))
            return found[code]

        for code in self.children:
            if code not in found:
                below(code)
        return found

    @cached_property
    def lives(self) -> dict[str, tuple[int, int]]:
        """By unit: the numbers of the first and the last month at whose end it exists."""
        return {unit.code: (month_number(unit.periods[0]), month_number(unit.periods[1])) for unit in self.units}

    @cached_property
    def target_revisions(self) -> dict[str, tuple[Target, ...]]:
        """Every known revision of each target, oldest first, in the targets' display order."""
        found: dict[str, list[Target]] = {}
        for target in sorted(self.targets, key=lambda target: (target.order, target.code, target.revision)):
            found.setdefault(target.code, []).append(target)
        return {code: tuple(revisions) for code, revisions in found.items()}

    @cached_property
    def weights_by_target(self) -> dict[str, Decimal]:
        """What each core target with a due date counts in the leaderboard's score: 1 unless somebody said otherwise."""
        core = {indicator.code for indicator in self.indicators if indicator.core}
        said = {weight.code: weight.weight for weight in self.weights}
        return {
            code: said.get(code, Decimal(1))
            for code, revisions in self.general_targets.items()
            if any(target.measured and target.due_on and target.indicator in core for target in revisions)
        }

    @cached_property
    def general_targets(self) -> dict[str, tuple[Target, ...]]:
        """The revisions of each target that are for everybody, oldest first, in the targets' display order."""
        return {
            code: general
            for code, revisions in self.target_revisions.items()
            if (general := tuple(revision for revision in revisions if not revision.for_units))
        }

    @cached_property
    def own_targets(self) -> dict[str, dict[str, tuple[Target, ...]]]:
        """By unit, then target: the revisions that name the unit, oldest first."""
        found: dict[str, dict[str, tuple[Target, ...]]] = {}
        for code, revisions in self.target_revisions.items():
            for revision in revisions:
                for unit in revision.for_units:
                    of_unit = found.setdefault(unit, {})
                    of_unit[code] = (*of_unit.get(code, ()), revision)
        return found

    @cached_property
    def thresholds(self) -> dict[str, tuple[Fraction, ...]]:
        """By indicator, every threshold of its targets in every known revision, lowest first."""
        found: dict[str, set[Fraction]] = {}
        for target in self.targets:
            if target.indicator is not None and target.threshold is not None:
                found.setdefault(target.indicator, set()).add(Fraction(target.threshold))
        return {code: tuple(sorted(places)) for code, places in found.items()}

    def target_revision(self, code: str, revision: int) -> Target:
        """One known revision; after a target was taken out and put back, its numbers do not begin at 1."""
        return next(target for target in self.target_revisions[code] if target.revision == revision)

    def targets_in_force(self, day: date, *, unit: str | None = None) -> tuple[Target, ...]:
        """Each target as it is in force on `day`, one not yet effective by then left out; see `target_in_force`."""
        asked = (day, unit if unit in self.own_targets else None)
        known = self._in_force.get(asked)
        if known is None:
            found = (self.target_in_force(code, day, unit=unit) for code in self.general_targets)
            known = tuple(target for target in found if target is not None)
            if len(self._in_force) >= _MOST_DAYS:
                self._in_force.clear()
            self._in_force[asked] = known
        return known

    @cached_property
    def _in_force(self) -> dict[tuple[date, str | None], tuple[Target, ...]]:
        """What was asked of :meth:`targets_in_force`: the months of a course ask the same day after day."""
        return {}

    def target_in_force(self, code: str, day: date, *, unit: str | None = None) -> Target | None:
        """The revision of one target by which `day` is judged, None before its first became effective.

        That is the last general one; for a `unit` with a target of its own (domain rule 6) the last that names it,
        unless that ends it. A unit's own target stands whatever the general one is revised to.
        """
        own = self.own_revision(code, day, unit=unit)
        if own is not None and not own.ends_own:
            return own
        return _effective(self.general_targets[code], day)

    def own_revision(self, code: str, day: date, *, unit: str | None) -> Target | None:
        """The last revision effective on `day` that names the unit, be it one that ends its own target."""
        return _effective(self.own_targets.get(unit or "", {}).get(code, ()), day)

    def with_revision(self, target: Target) -> Plan:
        """The plan as it will be known once this revision is recorded."""
        known = sorted((*self.targets, target), key=lambda one: (one.order, one.code, one.revision))
        return self.model_copy(update={"targets": tuple(known)})

    def phase_on(self, day: date) -> Phase | None:
        """The phase that `day` is in."""
        return next((p for p in self.phases if (p.start is None or p.start <= day) and day <= p.end), None)


def _effective(revisions: tuple[Target, ...], day: date) -> Target | None:
    """The last of `revisions` that is effective on `day`."""
    effective = [r for r in revisions if r.effective_from is None or r.effective_from <= day]
    return effective[-1] if effective else None
