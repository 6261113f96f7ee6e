"""Samples, their cells with what was reported and found, and the share that was confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.database import ReadSession
from metrics.errors import Forbidden, Message, NotFound
from metrics.estimates import Interval, Stratum, bounds, hypergeometric_interval, stratified
from metrics.models import Sample, SampleFinding
from metrics.periods import format_period, parse_period
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.blindness import is_blind
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.observations import Chosen, observations
from metrics.queries.view import view_at
from metrics.sampling import SampledCell, Verdict, cell_of, frame


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A cell of a sample. `reported`: by the sample's drawing, None if nothing was; `hidden`: it may not be seen."""

    cell: SampledCell
    reported: Decimal | None
    hidden: bool
    found: SampleFinding | None


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a unit's cells were confirmed among those found out about. `unit` is None for all units together.

    `population`: how many cells it was drawn from. All units together are estimated from the units of which anything
    was found, each by its population; `covered` says how many those are (1 or 0 for a unit). `worst` and `best`, in
    percent, are the share were all cells drawn and not checked wrong, and were they right.
    """

    unit: str | None
    population: int
    drawn: int
    found: int
    confirmed: int
    no_evidence: int
    covered: int
    percent: Fraction | None
    interval: Interval | None
    effective_size: Decimal | None
    worst: Fraction
    best: Fraction

    @property
    def unchecked(self) -> int:
        """Non-response: drawn, and nothing was found out about them."""
        return self.drawn - self.found

    @property
    def weight(self) -> Fraction | None:
        """How many cells of the unit each one checked stands for; None for all together or if none was."""
        return Fraction(self.population, self.found) if self.unit is not None and self.found else None


@dataclass(frozen=True, slots=True)
class SampleRead:
    """A sample as one reader may see it, with the plan it was drawn by and how many cells each unit had.

    `synthetic`: what was reported is the demonstration's.
    """

    sample: Sample
    plan: Plan
    cells: tuple[FoundCell, ...]
    populations: Mapping[str, int]
    synthetic: bool

    @property
    def shares(self) -> list[Share]:
        """One for each unit, in the sample's order, and one for all together."""
        by_unit: dict[str, list[FoundCell]] = {}
        for cell in self.cells:
            by_unit.setdefault(cell.cell.unit, []).append(cell)
        counted = {unit: _counted(cells, self.populations[unit]) for unit, cells in by_unit.items()}
        without = {unit: _findings_of(cells).count(Verdict.NO_EVIDENCE) for unit, cells in by_unit.items()}
        each = [_share(unit, stratum, without[unit]) for unit, stratum in counted.items()]
        return [*each, _together(list(counted.values()), sum(without.values()))]


def require_samples(principal: Principal) -> None:
    """Raise Forbidden for clerks and leaders: who knows which cells are looked at can see to those."""
    principal.require(Scope.READ)
    if principal.is_bound_to_units:
        raise Forbidden(
            code="role_forbidden",
            message=Message("抽样清单不对填报单位开放。", "Samples are kept from those who report."),
        )


def samples(session: ReadSession) -> Sequence[Sample]:
    """Every sample, newest first."""
    return session.scalars(select(Sample).order_by(Sample.number.desc())).all()


def found_counts(session: ReadSession) -> dict[int, int]:
    """How many cells of each sample something was found about; samples without findings are left out."""
    cells = func.count(SampleFinding.cell.distinct())
    query = select(SampleFinding.number, cells).group_by(SampleFinding.number)
    return {row[0]: row[1] for row in session.execute(query)}


def sample_of(session: ReadSession, number: int) -> Sample:
    """The sample `number`. Raises NotFound."""
    found = session.get(Sample, number)
    if found is None:
        message = Message(f"没有编号为 {number} 的抽样。", f"There is no sample {number}.")
        raise NotFound("sample_unknown", message)
    return found


def read_sample(session: ReadSession, number: int, *, principal: Principal) -> SampleRead:
    """The sample `number` as `principal` may see it.

    While assessment is blind an assessor sees a cell's reported value, and whether their own agrees with it, once the
    own value is recorded; of another's sample neither.
    """
    sample = sample_of(session, number)
    view = view_at(session, as_of=sample.stands_on)
    cells = [cell_of(text) for text in sample.cells]
    reported, found = reported_values(session, sample, cells), _findings(session, number)
    blind, own = is_blind(principal), sample.user_id == principal.user_id
    revealed = revealed_cells(session, number) if own else set()

    def as_seen(cell: SampledCell) -> FoundCell:
        finding = found.get(str(cell))
        hidden = blind and str(cell) not in revealed
        return FoundCell(
            cell=cell,
            reported=None if hidden else reported.get(str(cell)),
            hidden=hidden,
            found=finding if own or not blind else None,
        )

    asked = frame(view.plan, periods=_periods(sample), elements=sample.elements)
    return SampleRead(
        sample,
        view.plan,
        tuple(as_seen(cell) for cell in cells),
        populations=Counter(cell.unit for cell in asked),
        synthetic=is_demonstration_loaded(session),
    )


def reported_values(session: ReadSession, sample: Sample, cells: Iterable[SampledCell]) -> dict[str, Decimal]:
    """What was reported for `cells` by the sample's drawing; cells without a report are left out."""
    wanted = {str(cell) for cell in cells}
    chosen = Chosen(
        units={cell_of(text).unit for text in wanted},
        elements={cell_of(text).element for text in wanted},
        periods=_periods(sample),
    )
    values = {}
    for known in observations(session, view_at(session, as_of=sample.stands_on), chosen):
        key = f"{known.unit_code}/{format_period(known.period)}/{known.element_code}"
        if key in wanted:
            values[key] = known.value
    return values


def _periods(sample: Sample) -> list[date]:
    return [period for text in sample.periods if (period := parse_period(text)) is not None]


def revealed_cells(session: ReadSession, number: int) -> set[str]:
    """The cells of a sample for which a value was recorded."""
    query = select(SampleFinding.cell).where(SampleFinding.number == number, SampleFinding.value.is_not(None))
    return set(session.scalars(query))


def _findings(session: ReadSession, number: int) -> dict[str, SampleFinding]:
    query = (
        select(SampleFinding)
        .where(SampleFinding.number == number)
        .ext(distinct_on(SampleFinding.cell))
        .order_by(SampleFinding.cell, SampleFinding.seq.desc())
    )
    return {finding.cell: finding for finding in session.scalars(query)}


def _findings_of(cells: Sequence[FoundCell]) -> list[str]:
    return [cell.found.finding for cell in cells if cell.found is not None]


def _counted(cells: Sequence[FoundCell], population: int) -> Stratum:
    findings = _findings_of(cells)
    return Stratum(population, len(cells), len(findings), findings.count(Verdict.CONFIRMED))


def _share(unit: str, stratum: Stratum, no_evidence: int) -> Share:
    found, confirmed = stratum.found, stratum.confirmed
    worst, best = bounds([stratum])
    return Share(
        unit=unit,
        population=stratum.population,
        drawn=stratum.drawn,
        found=found,
        confirmed=confirmed,
        no_evidence=no_evidence,
        covered=min(found, 1),
        percent=Fraction(100 * confirmed, found) if found else None,
        interval=hypergeometric_interval(confirmed, found, stratum.population) if found else None,
        effective_size=None,
        worst=worst,
        best=best,
    )


def _together(strata: Sequence[Stratum], no_evidence: int) -> Share:
    estimate = stratified(strata)
    worst, best = bounds(strata)
    return Share(
        unit=None,
        population=sum(stratum.population for stratum in strata),
        drawn=sum(stratum.drawn for stratum in strata),
        found=sum(stratum.found for stratum in strata),
        confirmed=sum(stratum.confirmed for stratum in strata),
        no_evidence=no_evidence,
        covered=sum(stratum.found > 0 for stratum in strata),
        percent=None if estimate is None else estimate.percent,
        interval=None if estimate is None else estimate.interval,
        effective_size=None if estimate is None else estimate.effective_size,
        worst=worst,
        best=best,
    )
