"""The rows of `rates`, `progress` and `leaderboard` as they follow from facts, cell by cell as a file has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from metrics.ledger.verifying.months import end_of, month_from, month_text, newest_ended
from metrics.ledger.verifying.plan import PlanAsKnown, RateFormula, Revision
from metrics.ledger.verifying.ranks import judged_by_default, leaderboard
from metrics.ledger.verifying.rates import KnownRate, Rates
from metrics.ledger.verifying.rounding import in_full, shown
from metrics.ledger.verifying.verdicts import Judgement

TABLES: dict[str, list[str]] = {
    "rates": [
        *("unit_code", "unit_name", "period", "indicator_code", "indicator_name", "numerator", "denominator", "value"),
        *("unit_of_measure", "state", "units_reported", "units_carried", "units_expected"),
    ],
    "progress": [
        *("unit_code", "unit_name", "target_code", "target_name", "indicator_code", "comparator", "threshold"),
        *("due_on", "evaluated_on", "period", "value", "status", "timing", "light", "gap", "required_pace"),
        *("projected_value", "projected_on", "regressed", "present_pace", "shortfall", "override"),
        *("range_low", "range_high", "misses", "projected_shortfall"),
    ],
    "leaderboard": ["rank", "unit_code", "unit_name", "period", "score", "previous_rank", "movement"],
}
WRITTEN_BY_PEOPLE = ("unit_name", "indicator_name", "unit_of_measure", "target_name")
_FLAGS = {True: "true", False: "false", None: None}


class Reckoned:
    """The tables that follow from `rates`, written in `language`."""

    def __init__(self, rates: Rates, language: str = "zh") -> None:
        self.rates, self.plan, self.language = rates, rates.plan, language
        self._lines = {one.code: _lines(rates.plan, one) for one in rates.plan.indicators}

    def rows(self, table: str, asked: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
        """The rows that a pull of `table` with the parameters `asked` answers, in its order, by column."""
        rows = {"rates": self._rates, "progress": self._progress, "leaderboard": self._leaderboard}
        return rows[table](asked)

    def _rates(self, asked: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
        span = self.rates.facts.all_sent
        for month in range(span[0], span[1] + 1) if span else ():
            if not _wants(asked, month):
                continue
            for unit in self.plan.units:
                if unit.code in asked.get("unit", [unit.code]) and unit.first <= month <= unit.last:
                    for measure in self.plan.indicators:
                        if measure.code in asked.get("indicator", [measure.code]):
                            yield self._rate(unit.code, measure, month)

    def _rate(self, unit: str, measure: RateFormula, month: int) -> dict[str, Any]:
        found, value = self.rates.rate(unit, measure, month), self.rates.value(unit, measure, month)
        if found is None:
            found = KnownRate(Fraction(0), Fraction(0), "not_reported", 0, 0, self.rates.expected(unit, month))
        reported = found.state != "not_reported"
        return {
            **self._unit(unit),
            "period": month_text(month),
            "indicator_code": measure.code,
            "indicator_name": measure.name.get(self.language, ""),
            "numerator": in_full(found.above) if reported else None,
            "denominator": in_full(found.below) if reported else None,
            "value": self._shown(value, measure),
            "unit_of_measure": measure.unit_of_measure.get(self.language, ""),
            "state": found.state,
            "units_reported": found.reported,
            "units_carried": found.carried,
            "units_expected": found.expected,
        }

    def _progress(self, asked: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
        month = self._month(asked)
        if month is None:
            return
        on, known = date.fromisoformat(asked["on"][0]) if "on" in asked else end_of(month), self.rates.known
        period = None if known is None or month < known[0] else min(known[1], month)
        wanted = self.plan.revisions_by(asked["indicator"]) if "indicator" in asked else None
        for unit in self.plan.units:
            if unit.code not in asked.get("unit", [unit.code]) or not unit.exists_on(on):
                continue
            for aim in self.plan.in_force(on, unit.code):
                if wanted is not None and (aim.code not in wanted or aim.indicator not in asked["indicator"]):
                    continue
                if aim.code in asked.get("target", [aim.code]):
                    judged = Judgement(self.rates, aim, unit.code, month if period is None else period, on)
                    exists = period is not None and unit.first <= period <= unit.last
                    yield self._verdict(judged, month_text(judged.month) if exists else None)

    def _verdict(self, one: Judgement, period: str | None) -> dict[str, Any]:
        aim, by_hand = one.aim, self.rates.facts.set_by_hand.get((one.month, one.unit, one.aim.code))
        by_hand = None if period is None and not self._is_known(one.month) else by_hand
        return {
            **self._unit(one.unit),
            **_named(aim, self.language),
            "evaluated_on": one.on.isoformat(),
            "period": period,
            "value": self._shown(one.value, one.measure),
            "status": one.status,
            "timing": one.timing,
            "light": by_hand or self.rates.facts.lights[one.status],
            "gap": _distance(one.gap),
            "required_pace": _distance(one.required_pace),
            "projected_value": self._shown(one.projected, one.measure),
            "projected_on": None if one.reached_in is None else end_of(one.reached_in).isoformat(),
            "regressed": _FLAGS[one.regressed],
            "present_pace": _distance(None if one.pace is None else one.pace.monthly),
            "shortfall": None if one.shortfall is None else in_full(one.shortfall),
            "override": by_hand,
            "range_low": self._shown(one.range_low, one.measure),
            "range_high": self._shown(one.range_high, one.measure),
            "misses": _FLAGS[one.misses],
            "projected_shortfall": None if one.projected_shortfall is None else in_full(one.projected_shortfall),
        }

    def _is_known(self, month: int) -> bool:
        known = self.rates.known
        return known is not None and known[0] <= month <= known[1]

    def _leaderboard(self, asked: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
        for month in self._months_ranked(asked):
            for row in leaderboard(self.rates, month, asked.get("group", [None])[0]):
                if row.unit in asked.get("unit", [row.unit]):
                    moved = None if row.rank is None or row.before is None else row.before - row.rank
                    yield {
                        **self._unit(row.unit),
                        "rank": row.rank,
                        "period": month_text(row.month),
                        "score": None if row.score is None else shown(row.score, [Fraction(1)], decimals=4),
                        "previous_rank": row.before,
                        "movement": moved,
                    }

    def _months_ranked(self, asked: Mapping[str, list[str]]) -> range:
        month, span = self._month(asked), self.rates.facts.all_sent
        if month is None or span is None or self._default() is None:
            return range(0)
        if "period_from" not in asked and "period_to" not in asked:
            return range(month, month + 1)
        given = [month_from(one) for one in asked.get("period", [])]
        first = max([*given, *map(month_from, asked.get("period_from", []))], default=span[0])
        last = min([*given, *map(month_from, asked.get("period_to", []))], default=self._default() or span[1])
        return range(max(first, span[0]), min(last, span[1]) + 1)

    def _month(self, asked: Mapping[str, list[str]]) -> int | None:
        """The month of which verdicts are asked; None where nothing is known."""
        if "on" in asked:
            return newest_ended(date.fromisoformat(asked["on"][0]))
        return month_from(asked["period"][0]) if "period" in asked else self._default()

    def _default(self) -> int | None:
        """The month judged where none is asked for; where nothing counts on the basis, that of everything sent."""
        whatever, found = self.rates.facts.whatever, judged_by_default(self.rates)
        return judged_by_default(Rates(whatever)) if found is None and whatever is not None else found

    def _unit(self, code: str) -> dict[str, Any]:
        name = self.plan.unit[code].name.get(self.language, "")
        return {"unit_code": code, "unit_name": name + self.rates.facts.label.get(self.language, "")}

    def _shown(self, value: Fraction | None, measure: RateFormula) -> str | None:
        return None if value is None else shown(value, self._lines[measure.code], better=measure.better)


def _wants(asked: Mapping[str, list[str]], month: int) -> bool:
    period = month_text(month)
    first, last = asked.get("period_from", [period])[0], asked.get("period_to", [period])[0]
    return period in asked.get("period", [period]) and first <= period <= last


def _named(aim: Revision, language: str) -> dict[str, Any]:
    return {
        "target_code": aim.code,
        "target_name": aim.name.get(language, ""),
        "indicator_code": aim.indicator,
        "comparator": aim.comparator,
        "threshold": None if aim.threshold is None else in_full(aim.threshold),
        "due_on": None if aim.due_on is None else aim.due_on.isoformat(),
    }


def _lines(plan: PlanAsKnown, measure: RateFormula) -> list[Fraction]:
    """The lines that rounding does not carry a value across: every threshold, and 100 % for shares."""
    return sorted(plan.thresholds(measure.code) | ({Fraction(100)} if measure.share else set()))


def _distance(value: Fraction | None) -> str | None:
    return None if value is None else shown(value, [Fraction(0)])
