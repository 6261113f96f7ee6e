"""Samples, their cells with what was reported and found, and the share that was confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from metrics.assessments import Interval, wilson_interval
from metrics.database import ReadSession
from metrics.errors import Forbidden, Message, NotFound
from metrics.models import Sample, SampleFinding
from metrics.periods import format_period, parse_period
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.blindness import is_blind
from metrics.queries.observations import Chosen, observations
from metrics.queries.view import view_at
from metrics.sampling import SampledCell, Verdict, cell_of


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

    No interval for all together: the units are strata of different sizes, drawn with different chances.
    """

    unit: str | None
    drawn: int
    found: int
    confirmed: int
    no_evidence: int

    @property
    def percent(self) -> Fraction | None:
        return Fraction(100 * self.confirmed, self.found) if self.found else None

    @property
    def interval(self) -> Interval | None:
        return wilson_interval(self.confirmed, self.found) if self.found and self.unit is not None else None


@dataclass(frozen=True, slots=True)
class SampleRead:
    """A sample as one reader may see it, with the plan it was drawn by."""

    sample: Sample
    plan: Plan
    cells: tuple[FoundCell, ...]

    @property
    def shares(self) -> list[Share]:
        """One for each unit, in the sample's order, and one for all together."""
        units = dict.fromkeys(cell.cell.unit for cell in self.cells)
        each = [_share(unit, [cell for cell in self.cells if cell.cell.unit == unit]) for unit in units]
        return [*each, _share(None, self.cells)]


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

    return SampleRead(sample, view.plan, tuple(as_seen(cell) for cell in cells))


def reported_values(session: ReadSession, sample: Sample, cells: Iterable[SampledCell]) -> dict[str, Decimal]:
    """What was reported for `cells` by the sample's drawing; cells without a report are left out."""
    wanted = {str(cell) for cell in cells}
    periods = [period for text in sample.periods if (period := parse_period(text)) is not None]
    chosen = Chosen(
        units={cell_of(text).unit for text in wanted},
        elements={cell_of(text).element for text in wanted},
        periods=periods,
    )
    values = {}
    for known in observations(session, view_at(session, as_of=sample.stands_on), chosen):
        key = f"{known.unit_code}/{format_period(known.period)}/{known.element_code}"
        if key in wanted:
            values[key] = known.value
    return values


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


def _share(unit: str | None, cells: Sequence[FoundCell]) -> Share:
    findings = [cell.found.finding for cell in cells if cell.found is not None]
    return Share(
        unit=unit,
        drawn=len(cells),
        found=len(findings),
        confirmed=findings.count(Verdict.CONFIRMED),
        no_evidence=findings.count(Verdict.NO_EVIDENCE),
    )
