"""Self-assessments of units in the plan's rounds (自查评估): the sheet as its figures draw it, and what was sent in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import computed_field
from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.models import SelfAssessment, Submission
from metrics.models.turns import SUBMISSION_TURNS
from metrics.periods import JudgedMonth
from metrics.plan.model import Phase, Plan, Target
from metrics.queries.phase_gates import gate_rule
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import View
from metrics.queries.wanted_rows import wanted_in_rounds
from metrics.results import Progress
from metrics.rounding import exact_decimal, lines_of, shown
from metrics.sign_offs import How
from metrics.submission_states import Action
from metrics.supervision.gates import BindingDate, gate_verdict, gated_phases, gates_of
from metrics.value_types import Moment, Month


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A unit's own figures for the targets that a round looks at, as known at `seq`, in the sheet's order.

    A figure is a mapping of texts, as the ledger keeps it: target, indicator, numerator, denominator (None: nothing was
    reported), value as it is shown, comparator, threshold, due_on, status, timing, verdict.
    """

    seq: int
    period: date
    figures: tuple[Mapping[str, str | None], ...]

    @property
    def unmet(self) -> tuple[str, ...]:
        """The targets of which the unit has to say something: they apply to it and are not met."""
        return tuple(
            str(figure["target"]) for figure in self.figures if figure["status"] not in ("met", "not_applicable")
        )


@dataclass(frozen=True, slots=True)
class SelfAssessmentRow:
    """One revision of a unit's sheet, and the signature of this very revision: of `signed_by`, an account; on paper
    of `leader`, as `signed_by` recorded with the files `scans`.
    """

    seq: int
    phase: str
    unit: str
    revision: int
    stands_on: int
    period: Month
    summary: str
    figures: tuple[Mapping[str, Any], ...]
    remarks: Mapping[str, str]
    reason: str
    actor: str
    recorded_at: Moment
    signed_by: str | None
    signed_at: Moment | None
    signed_how: How | None = None
    leader: str = ""
    scans: tuple[int, ...] = ()

    @computed_field  # type: ignore[prop-decorator]  # as pydantic says; the property stays one
    @property
    def etag(self) -> str:
        return sheet_etag(self.phase, self.unit, self.revision)


def sheet_etag(phase: str, unit: str, revision: int) -> str:
    """The entity tag of one revision of a sheet."""
    return f'"self-{phase}-{unit}-{revision}"'


def assessed_targets(plan: Plan, phase: Phase) -> tuple[Target, ...]:
    """The measured targets that a round looks at: its own gates and those of the phase before it."""
    phases = gated_phases(plan)
    place = phases.index(phase)
    found = [target for each in phases[max(0, place - 1) : place + 1] for target in gates_of(plan, each)]
    return tuple(dict.fromkeys(target for target in found if target.measured))


def drawn_sheet(session: ReadSession, view: View, phase: Phase, *, unit: str) -> DrawnSheet | None:
    """The unit's sheet from its newest month within the round; None where it has reported none by then."""
    period = _newest_period(session, view, unit=unit, until=phase.end)
    if period is None:
        return None
    targets = {target.code: target for target in assessed_targets(view.plan, phase)}
    judged = progress_by_unit(session, view, month=JudgedMonth.of(period), units=[unit], targets=targets)
    verdicts = {verdict.target_code: verdict for verdict in judged.of_unit(unit)}
    binding = gate_rule(session, view).binding
    figures = tuple(_figure(view.plan, verdicts[code], binding) for code in targets if code in verdicts)
    return DrawnSheet(view.seq, period, figures)


def self_assessments(
    session: ReadSession,
    view: View,
    *,
    phases: Collection[str] = (),
    units: Collection[str] = (),
    history: bool = False,
) -> list[SelfAssessmentRow]:
    """The sheets known in `view` in the order of recording; with `history` every revision, else the newest.

    None for those who are not signed in, and for a unit's own people those of their units alone.
    """
    if view.public:
        return []
    query = select(SelfAssessment).where(SelfAssessment.seq <= view.seq).order_by(SelfAssessment.seq)
    columns = {"phase": SelfAssessment.phase_code, "unit": SelfAssessment.unit_code}
    query = wanted_in_rounds(query, view, phases=phases, units=units, **columns)
    rows = session.scalars(query).all()
    signed = {(r.phase_code, r.unit_code, r.revision): r for r in rows if r.action == "sign_off"}
    sheets = [row for row in rows if row.action == "submit"]
    newest = {(row.phase_code, row.unit_code): row.revision for row in sheets}
    return [
        _told(row, signed.get((row.phase_code, row.unit_code, row.revision)))
        for row in sheets
        if history or newest[row.phase_code, row.unit_code] == row.revision
    ]


def _newest_period(session: ReadSession, view: View, *, unit: str, until: date) -> date | None:
    turns = SUBMISSION_TURNS.c
    query = (
        select(func.max(Submission.period))
        .join(SUBMISSION_TURNS, turns.submission_id == Submission.id)
        .where(Submission.unit_code == unit, Submission.period <= until)
        .where(turns.action == Action.SUBMIT, turns.seq <= view.seq)
    )
    found: date | None = session.scalar(query)
    return found


def _figure(plan: Plan, verdict: Progress, binding: BindingDate) -> dict[str, str | None]:
    rate, indicator = verdict.rate, plan.indicator_by_code[verdict.indicator_code]
    return {
        "target": verdict.target_code,
        "indicator": verdict.indicator_code,
        "numerator": None if rate is None or rate.numerator is None else exact_decimal(rate.numerator),
        "denominator": None if rate is None or rate.denominator is None else exact_decimal(rate.denominator),
        "value": None if verdict.value is None else shown(verdict.value, lines=lines_of(plan, indicator)),
        "comparator": verdict.comparator,
        "threshold": exact_decimal(verdict.threshold),
        "due_on": None if verdict.due_on is None else verdict.due_on.isoformat(),
        "status": verdict.status.value,
        "timing": None if verdict.timing is None else verdict.timing.value,
        "verdict": gate_verdict(verdict.status, verdict.timing, binding=binding).value,
    }


def _told(row: SelfAssessment, signature: SelfAssessment | None) -> SelfAssessmentRow:
    return SelfAssessmentRow(
        seq=row.seq,
        phase=row.phase_code,
        unit=row.unit_code,
        revision=row.revision,
        stands_on=row.stands_on,
        period=row.period,
        summary=row.summary,
        figures=tuple(row.figures),
        remarks=row.remarks,
        reason=row.reason,
        actor=row.actor,
        recorded_at=row.recorded_at,
        signed_by=None if signature is None else signature.actor,
        signed_at=None if signature is None else signature.recorded_at,
        signed_how=None if signature is None else How(signature.signature.get("how", How.ACCOUNT)),
        leader="" if signature is None else signature.signature.get("leader", ""),
        scans=() if signature is None else tuple(signature.attachments),
    )
