"""Recording what a third party measured, and revising it; what was reported stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from metrics.assessments import Method, assessment_etag
from metrics.commands.assessment_clusters import check_sums, read_clusters
from metrics.commands.assessment_problems import read_figure, read_place, refuse_assessment
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Message, NotFound, Problem
from metrics.forms import plain
from metrics.if_match import require_named
from metrics.ledger.entry import append, next_place
from metrics.locks import Lock, hold
from metrics.models import Assessment
from metrics.periods import format_period
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.blindness import measures_blind
from metrics.value_types import Moment


@dataclass(frozen=True, slots=True)
class AssessmentGiven:
    """What was sent. Figures are unread JSON values; `period` is as written.

    `clusters`: numerator and denominator of each cluster looked at; the sums may then be left out.
    """

    unit: str
    period: str
    indicator: str
    method: Method
    numerator: object = None
    denominator: object = None
    value: object = None
    sample_size: int | None = None
    clusters: Sequence[Sequence[object]] | None = None
    clusters_in_all: int | None = None
    evidence: str = ""
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordedAssessment:
    """A revision of an assessment and its place in the ledger."""

    id: int
    revision: int
    seq: int
    recorded_at: Moment
    leaf_hash: str

    @property
    def etag(self) -> str:
        return assessment_etag(self.id, self.revision)


@dataclass(frozen=True, slots=True)
class _Measured:
    """`drawn`: the clusters, if there are any, and how many there are in all."""

    cells: Mapping[str, Decimal | None]
    period: date
    drawn: Mapping[str, Any]

    @property
    def written(self) -> dict[str, Any]:
        """As the entry says it."""
        drawn = {name: said for name, said in self.drawn.items() if said is not None}
        return {name: None if cell is None else plain(cell) for name, cell in self.cells.items()} | drawn


def record_assessment(
    session: WriteSession, *, principal: Principal, measured: AssessmentGiven, simulated_at: datetime | None = None
) -> RecordedAssessment:
    """Record a new assessment. Raises Invalid with every problem, Conflict `assessment_exists`.

    One assessor has one assessment of a unit, period, indicator and method; measuring again is a revision of it.
    `simulated_at` dates one of the demonstration history, which the ledger then calls synthetic.
    """
    principal.require(Scope.RECORD_ASSESSMENT)
    hold(session, Lock.ASSESSMENTS)
    read = _read(session, measured)
    standing = session.scalar(
        select(Assessment.id)
        .where(
            Assessment.user_id == principal.user_id,
            Assessment.unit_code == measured.unit,
            Assessment.period == read.period,
            Assessment.indicator_code == measured.indicator,
            Assessment.method == measured.method.value,
        )
        .limit(1)
    )
    if standing is not None:
        raise Conflict(
            code="assessment_exists",
            message=Message(
                f"您已按此方法评估过该指标(编号 {standing}),请对其修订。",
                f"You have assessed this with this method already (assessment {standing}); revise it.",
            ),
        )
    return _record(session, principal, measured, read=read, standing=None, simulated_at=simulated_at)


def assessment_unknown(assessment_id: int) -> NotFound:
    """What is answered for an assessment that there is not, or not for this reader."""
    return NotFound(
        code="assessment_unknown",
        message=Message(f"没有编号为 {assessment_id} 的评估。", f"There is no assessment {assessment_id}."),
    )


def revise_assessment(
    session: WriteSession, assessment_id: int, *, principal: Principal, measured: AssessmentGiven, if_match: str | None
) -> RecordedAssessment:
    """Record a revision of one's own assessment: the whole of it again, and why.

    Raises NotFound, Forbidden for another's, VersionMissing or Stale, Invalid with every problem.
    """
    principal.require(Scope.RECORD_ASSESSMENT)
    hold(session, Lock.ASSESSMENTS)
    standing = session.scalars(
        select(Assessment).where(Assessment.id == assessment_id).order_by(Assessment.revision.desc()).limit(1)
    ).one_or_none()
    if standing is None:
        raise assessment_unknown(assessment_id)
    if standing.user_id != principal.user_id:
        raise Forbidden(
            code="assessment_of_another",
            message=Message("只能修订自己的评估。", "You may revise your own assessments only."),
        )
    _require_version(standing, if_match)
    read = _read(session, measured, standing=standing)
    return _record(session, principal, measured, read=read, standing=standing)


def _require_version(standing: Assessment, if_match: str | None) -> None:
    require_named(
        if_match,
        assessment_etag(standing.id, standing.revision),
        missing=Message("修订时须在 If-Match 中写明所依据的版本。", "A revision names in If-Match what it revises."),
        changed=lambda: Message(
            f"该评估现为第 {standing.revision} 版,请核对后重新提交。",
            f"The assessment is now revision {standing.revision}. Look at it and send yours again.",
        ),
    )


def _read(session: WriteSession, measured: AssessmentGiven, *, standing: Assessment | None = None) -> _Measured:
    plan = plan_at(session)
    problems: list[Problem] = []
    period = read_place(plan, measured.unit, measured.period, measured.indicator, problems, now=datetime.now(UTC))
    indicator = plan.indicator_by_code.get(measured.indicator)
    clusters = read_clusters(indicator, measured, problems)
    if clusters is not None and measured.numerator is None and measured.denominator is None:
        above, below = sum(pair[0] for pair in clusters), sum(pair[1] for pair in clusters)
        measured = replace(measured, numerator=above, denominator=below)
    cells = read_figure(indicator, measured, problems)
    if clusters is not None:
        problems += check_sums(clusters, cells["numerator"], cells["denominator"])
    if standing is not None:
        same = (standing.unit_code, standing.period, standing.indicator_code, standing.method)
        if period is not None and same != (measured.unit, period, measured.indicator, measured.method.value):
            message = Message(
                "修订不能改变单位、报告期、指标或方法。", "A revision keeps unit, period, indicator and method."
            )
            problems.append(Problem("assessment_moved", message, ""))
        if not measured.reason.strip():
            message = Message("须说明修订理由。", "A reason is needed.")
            problems.append(Problem("reason_missing", message, "/reason"))
    if problems or period is None:
        raise refuse_assessment(problems)
    read = None if clusters is None else [[plain(above), plain(below)] for above, below in clusters]
    return _Measured(cells, period, {"clusters": read, "clusters_in_all": measured.clusters_in_all})


def _record(
    session: WriteSession,
    principal: Principal,
    measured: AssessmentGiven,
    *,
    read: _Measured,
    standing: Assessment | None,
    simulated_at: datetime | None = None,
) -> RecordedAssessment:
    place = next_place(session, simulated=simulated_at)
    assessment_id = place.seq if standing is None else standing.id
    revision = 1 if standing is None else standing.revision + 1
    cell = (measured.unit, read.period, measured.indicator)
    said = {
        "method": measured.method.value,
        "sample_size": measured.sample_size,
        "evidence": measured.evidence,
        "note": measured.note,
        "reason": measured.reason,
        "blind": measures_blind(session, plan_at(session), principal=principal, cell=cell),
        "actor": principal.username,
    }
    content: dict[str, Any] = {
        "assessment": assessment_id,
        "revision": revision,
        "unit": measured.unit,
        "period": format_period(read.period),
        "indicator": measured.indicator,
        **read.written,
        **said,
        **({} if simulated_at is None else {"synthetic": True}),
    }
    leaf_hash = append(session, kind="assessment", place=place, content=content)
    session.execute(
        insert(Assessment).values(
            id=assessment_id,
            revision=revision,
            seq=place.seq,
            unit_code=measured.unit,
            period=read.period,
            indicator_code=measured.indicator,
            user_id=principal.user_id,
            recorded_at=place.recorded_at,
            **read.cells,
            **read.drawn,
            **said,
        )
    )
    return RecordedAssessment(assessment_id, revision, place.seq, place.recorded_at, leaf_hash.hex())
