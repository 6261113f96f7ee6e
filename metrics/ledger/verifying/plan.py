"""The plan as leaves have it: units, indicators, targets with every revision, and what each target weighs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from metrics.ledger.verifying.months import day_from, month_of_day, newest_ended

_MONTHS_APART = {"month": 1, "quarter": 3, "year": 12}
_NEVER = 12 * 10_000  # later than any month


class ReportingUnit(NamedTuple):
    """A unit that reports, or one that adds up those below it. It exists in the months `first` to `last`."""

    code: str
    name: dict[str, str]
    kind: str
    parent: str | None
    required: bool
    blocks: list[str]
    first: int
    last: int
    since: date | None
    until: date | None

    def exists_on(self, day: date) -> bool:
        """True if it exists on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class RateFormula(NamedTuple):
    """An indicator: scale × `above` ÷ `below`, both sums of elements (code → times) and a constant."""

    code: str
    name: dict[str, str]
    unit_of_measure: dict[str, str]
    above: dict[str, int]
    more_above: int
    below: dict[str, int]
    more_below: int
    scale: int
    better: int  # 1: higher is better, −1: lower is
    share: bool
    core: bool
    elements: tuple[str, ...]
    step: Fraction  # the least by which the sum above can differ
    apart: int  # months from one in which it is owed to the next
    flows: bool


class Revision(NamedTuple):
    """One revision of a target; without an indicator, a comparator and a threshold it is not measured."""

    code: str
    name: dict[str, str]
    indicator: str | None
    comparator: str | None
    threshold: Fraction | None
    due_on: date | None
    window_end: date | None
    baseline: tuple[date, Fraction] | None
    waypoints: list[tuple[date, Fraction]]
    scope: list[str]
    since: date | None
    for_units: list[str]
    ends_own: bool

    @property
    def measured(self) -> bool:
        """True if it is judged by an indicator."""
        return self.indicator is not None and self.comparator is not None and self.threshold is not None

    def is_met_by(self, value: Fraction) -> bool:
        """True if the value meets the threshold exactly; at least, at most and equal include the number."""
        line = self.threshold or Fraction(0)
        return value == line if self.comparator == "==" else value >= line if self.comparator == ">=" else value <= line


class PlanAsKnown:
    """The plan made of `parts`: (kind, content); of a target every revision, an earlier one before a later one."""

    def __init__(self, parts: Iterable[tuple[str, Any]]) -> None:
        kinds: dict[str, list[Any]] = {}
        for kind, content in parts:
            kinds.setdefault(kind, []).append(content)
        found = {kind: sorted(contents, key=_display_order) for kind, contents in kinds.items()}
        document = found["document"][0]
        self.root: str = document["root_unit"]
        self.carry_months: int = document.get("carry_months", 3)
        self.units = [_unit(said) for said in found.get("unit", [])]
        self.unit = {unit.code: unit for unit in self.units}
        self.elements = {said["code"]: said for said in found.get("element", [])}
        self.indicators = [_measure(said, self.elements) for said in found.get("indicator", [])]
        self.indicator = {one.code: one for one in self.indicators}
        targets = found.get("target", [])
        self.pilots = {code for task in found.get("task", []) if task.get("pilot") for code in task["named_units"]}
        self._said_weights = {said["code"]: Fraction(said["weight"]) for said in found.get("weight", [])}
        self._revisions: dict[str, list[Revision]] = {}
        for said in sorted(targets, key=lambda said: (said["order"], said["code"], said.get("revision", 1))):
            self._revisions.setdefault(said["code"], []).append(_revision(said))
        self.general = {code: [r for r in known if not r.for_units] for code, known in self._revisions.items()}
        self.general = {code: known for code, known in self.general.items() if known}
        self._children: dict[str, list[str]] = {}
        for unit in self.units:
            if unit.parent is not None:
                self._children.setdefault(unit.parent, []).append(unit.code)
        self.reporting = [unit for unit in self.units if unit.code not in self._children]

    def reporting_below(self, code: str) -> Iterator[ReportingUnit]:
        """The reporting units below a unit; a reporting unit answers itself."""
        if code not in self._children:
            yield self.unit[code]
        for child in self._children.get(code, ()):
            yield from self.reporting_below(child)

    def adds_up(self, code: str) -> bool:
        """True if the unit adds up others."""
        return code in self._children

    def thresholds(self, indicator: str) -> set[Fraction]:
        """Every threshold of the indicator's targets, in every known revision."""
        revisions = [one for known in self._revisions.values() for one in known]
        return {one.threshold for one in revisions if one.indicator == indicator and one.threshold is not None}

    def in_force(self, day: date, unit: str | None = None) -> list[Revision]:
        """Each measured target by which `day` is judged, for a unit its own where it has one."""
        found = (self._in_force(code, day, unit) for code in self.general)
        return [one for one in found if one is not None and one.measured]

    def _in_force(self, code: str, day: date, unit: str | None) -> Revision | None:
        own = _effective([one for one in self._revisions[code] if unit in one.for_units], day)
        return own if own is not None and not own.ends_own else _effective(self.general[code], day)

    def revisions_by(self, indicators: list[str]) -> set[str]:
        """The targets of which some revision is measured by one of the indicators."""
        return {code for code, known in self._revisions.items() if any(one.indicator in indicators for one in known)}

    def weights(self, day: date) -> dict[str, Fraction]:
        """What the core targets that count on `day` weigh, those of weight 0 left out."""
        general = [one for one in (self._in_force(code, day, None) for code in self.general) if one and one.measured]
        core = [one.code for one in general if one.due_on and self.indicator[str(one.indicator)].core]
        weights = {code: self._said_weights.get(code, Fraction(1)) for code in core}
        return {code: weight for code, weight in weights.items() if weight}

    def weighable(self) -> set[str]:
        """The targets that can have a weight: by some revision they are measured, core and dated."""
        return {
            code
            for code, known in self.general.items()
            if any(one.measured and one.due_on and self.indicator[str(one.indicator)].core for one in known)
        }

    def months_owed(self, unit: ReportingUnit) -> int:
        """How many months lie from one in which the unit owes any block of the form to the next."""
        of_block = {said["block"]: _MONTHS_APART[said.get("owed", "month")] for said in self.elements.values()}
        return min((of_block.get(code, 1) for code in unit.blocks or of_block), default=1)


def _display_order(part: Any) -> tuple[int, str, int]:
    place = next((part[name] for name in ("order", "number", "task", "line") if name in part), 0)
    return place, part.get("code", ""), part.get("revision", 0)


def _unit(said: Any) -> ReportingUnit:
    since, until = day_from(said.get("valid_from")), day_from(said.get("valid_to"))
    return ReportingUnit(
        code=said["code"],
        name=said["name"],
        kind=said["kind"],
        parent=said.get("parent"),
        required=said.get("figures_required", True),
        blocks=said.get("blocks", []),
        first=0 if since is None else month_of_day(since),
        last=_NEVER if until is None else newest_ended(until),
        since=since,
        until=until,
    )


def _measure(said: Any, elements: dict[str, Any]) -> RateFormula:
    above, below = (_form(said[name]) for name in ("numerator", "denominator"))
    needed = tuple(dict.fromkeys((*above, *below)))
    decimals = [(abs(times), elements[code].get("decimals", 0)) for code, times in above.items()]
    most = max(places for _, places in decimals)
    step = 0
    for times, places in decimals:
        step = math.gcd(step, times * 10 ** (most - places))
    return RateFormula(
        code=said["code"],
        name=said["name"],
        unit_of_measure=said["unit_of_measure"],
        above=above,
        more_above=said["numerator"].get("constant", 0),
        below=below,
        more_below=said["denominator"].get("constant", 0),
        scale=said["scale"],
        better=1 if said["direction"] == "higher" else -1,
        share=said["share"],
        core=said.get("core", False),
        elements=needed,
        step=Fraction(step, 10**most),
        apart=max(_MONTHS_APART[elements[code].get("owed", "month")] for code in needed),
        flows=any(elements[code]["nature"] == "flow" for code in needed),
    )


def _form(form: Any) -> dict[str, int]:
    return {term["element"]: term.get("times", 1) for term in form["terms"]}


def _revision(said: Any) -> Revision:
    window, baseline = said.get("verification_window"), said.get("baseline")
    return Revision(
        code=said["code"],
        name=said["name"],
        indicator=said.get("indicator"),
        comparator=said.get("comparator"),
        threshold=None if said.get("threshold") is None else Fraction(said["threshold"]),
        due_on=day_from(said.get("due_on")),
        window_end=None if window is None else date.fromisoformat(window["end"]),
        baseline=None if baseline is None else (date.fromisoformat(baseline["on"]), Fraction(baseline["value"])),
        waypoints=[(date.fromisoformat(p["on"]), Fraction(p["value"])) for p in said.get("trajectory", [])],
        scope=said.get("scope_units", []),
        since=day_from(said.get("effective_from")),
        for_units=said.get("for_units", []),
        ends_own=said.get("ends_own", False),
    )


def _effective(revisions: list[Revision], day: date) -> Revision | None:
    """The last of the revisions that is effective on `day`."""
    effective = [one for one in revisions if one.since is None or one.since <= day]
    return effective[-1] if effective else None
