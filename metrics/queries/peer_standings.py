"""A unit beside others, target by target: its value, their rate together, its rank and its band among them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.database import ReadSession
from metrics.peers import Peers
from metrics.periods import JudgedMonth
from metrics.plan.model import Direction, Plan
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import View
from metrics.ranking import RankGroup, is_among
from metrics.results import Exact, Progress, Status


@dataclass(frozen=True, slots=True)
class PeerStanding:
    """One unit and target. `peers`: the values of those compared, the unit's among them; None where nobody has one.
    Whoever the target does not apply to has none.

    `numerator`, `denominator`, `together`: of the group itself, whether the unit is in it or not, sums of what was
    reported for the month; None where nobody reported it.
    """

    verdict: Progress
    peers: Peers | None
    numerator: Exact | None
    denominator: Exact | None
    together: Fraction | None


def members(plan: Plan, *, group: RankGroup | None, named: Collection[str]) -> tuple[str, ...]:
    """The reporting units compared with: those `named`, else those of `group` (None: all), in display order."""
    units = plan.reporting_units
    return tuple(one.code for one in units if (one.code in named if named else is_among(plan, one, group)))


def peer_standings(
    session: ReadSession,
    view: View,
    *,
    month: JudgedMonth | None,
    among: Sequence[str],
    units: Collection[str] | None = None,
    targets: Collection[str] | None = None,
) -> Iterator[PeerStanding]:
    """Every one of `units` (None: those of `among`) and target, in display order, beside the units of `among`."""
    asked = among if units is None else units
    judged = progress_by_unit(session, view, month=month, units={*among, *asked}, targets=targets)
    together: dict[tuple[str, str], list[Progress]] = {}
    for verdict in judged.progress:
        together.setdefault(_measured(verdict), []).append(verdict)
    groups = {measured: _Group(view.plan, verdicts, frozenset(among)) for measured, verdicts in together.items()}
    for verdict in judged.progress:
        if verdict.unit_code in asked:
            yield groups[_measured(verdict)].beside(verdict)


def _measured(verdict: Progress) -> tuple[str, str]:
    """A target, and by which indicator: a unit's own may still be judged by one that the general target had before."""
    return verdict.target_code, verdict.indicator_code


class _Group:
    """The units compared with on one target, judged by one indicator."""

    def __init__(self, plan: Plan, verdicts: Sequence[Progress], among: frozenset[str]) -> None:
        indicator = plan.indicator_by_code[verdicts[0].indicator_code]
        self._scale, self._higher = indicator.scale, indicator.direction is Direction.HIGHER
        self._judged = {v.unit_code: v.value for v in verdicts if v.status is not Status.NOT_APPLICABLE}
        self._values = {u: value for u, value in self._judged.items() if value is not None and u in among}
        rates = [v.rate for v in verdicts if v.unit_code in self._values and v.rate is not None]
        self._counts = [(Fraction(rate.numerator or 0), Fraction(rate.denominator or 0)) for rate in rates]

    def beside(self, verdict: Progress) -> PeerStanding:
        values, own = dict(self._values), self._judged.get(verdict.unit_code)
        if own is not None:
            values[verdict.unit_code] = own
        peers = Peers(values, self._higher) if values else None
        if not self._counts:
            return PeerStanding(verdict, peers, None, None, None)
        above = sum((pair[0] for pair in self._counts), Fraction(0))
        below = sum((pair[1] for pair in self._counts), Fraction(0))
        return PeerStanding(verdict, peers, above, below, self._scale * above / below)
