"""The datasets `phases` and `gates`: what units have come to at the ends of the plan's phases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Citation, Phase, Target, Text
from metrics.publish import columns as c
from metrics.publish.columns import column, exact, iso
from metrics.publish.dataset import EVERYWHERE, Column, Dataset, Kind, Pull, Wording
from metrics.publish.pull import month_asked_for
from metrics.queries.phase_gates import GatesJudged, PhaseOfUnit, phase_gates
from metrics.queries.view import View
from metrics.results import Progress
from metrics.supervision.gates import GateVerdict, gated_phases, is_round

_PARAMETERS = EVERYWHERE | {"unit", "phase", "on", "period", "basis"}
_VERDICTS = Text(
    zh="on_time 按期达标、in_window 整改期达标、late 逾期达标、not_due 未到期、rectifying 整改期内、no_data 未报、"
    "not_met 未达标、not_applicable 不适用",
    en="on_time, in_window (met while it was put right), late, not_due, rectifying, no_data, not_met, not_applicable",
)


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """A unit in a phase."""

    phase: Phase
    of: PhaseOfUnit
    known: GatesJudged


@dataclass(frozen=True)
class GateRow:
    """A unit at one gate of a phase; `progress` is the verdict behind it."""

    phase: Phase
    unit: str
    target: Target
    verdict: GateVerdict
    progress: Progress
    known: GatesJudged

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        """Where the plan says it: the task's own date first, then the goal whose window there is."""
        return self.target.citations


def _judged(session: ReadSession, view: View, pull: Pull) -> GatesJudged:
    phases = [phase for phase in gated_phases(view.plan) if not pull.phases or phase.code in pull.phases]
    return phase_gates(session, view, phases=phases, month=month_asked_for(pull), units=pull.units or None)


def _phases(session: ReadSession, view: View, pull: Pull) -> Iterator[PhaseRow]:
    known = _judged(session, view, pull)
    for standing in known.phases:
        for of in standing.units:
            yield PhaseRow(standing.phase, of, known)


def _gates(session: ReadSession, view: View, pull: Pull) -> Iterator[GateRow]:
    known = _judged(session, view, pull)
    found = known.progress_by_gate()
    for standing in known.phases:
        for of in standing.units:
            wanted = {code for code in of.gates if not pull.targets or code in pull.targets}
            for code in (code for code in of.gates if code in wanted and (of.unit, code) in found):
                progress = found[of.unit, code]
                target = view.plan.target_revision(code, progress.target_revision)
                yield GateRow(standing.phase, of.unit, target, of.gates[code], progress, known)


def _counted(verdict: GateVerdict, zh: str, en: str) -> Column[PhaseRow]:
    def cell(row: PhaseRow, _words: Wording) -> int:
        return Counter(row.of.gates.values())[verdict]

    return column(verdict.value, Kind.INTEGER, zh, en, cell)


def _cited(place: int, part: Callable[[Citation], str | int | None]) -> Callable[[GateRow, Wording], str | int | None]:
    """A part of one of the two citations; empty where there is no such one."""

    def cell(row: GateRow, _words: Wording) -> str | int | None:
        return part(row.citations[place]) if place < len(row.citations) else None

    return cell


PHASES = Dataset[PhaseRow](
    name="phases",
    title=Text(zh="阶段达标情况", en="Phases"),
    grain=Text(
        zh="一行为一个填报单位(含全市)与方案的一个阶段:阶段内各可计量节点目标的判定,取其最差",
        en="One row per unit (the city included) × phase, by the worst of the verdicts on its measured gates",
    ),
    columns=(
        column("phase_code", Kind.CODE, "阶段代码", "Phase's code", lambda row, _: row.phase.code),
        column("phase_name", Kind.TEXT, "阶段", "Phase", lambda row, words: words.say(row.phase.name)),
        column("phase_start", Kind.DATE, "阶段开始日", "First day of the phase", lambda row, _: iso(row.phase.start)),
        column("phase_end", Kind.DATE, "阶段结束日", "Last day of the phase", lambda row, _: iso(row.phase.end)),
        column(
            "round",
            Kind.BOOLEAN,
            "是否为自查评估、督导检查、整改的一轮",
            "Whether it is a round of self-assessment, inspection and rectification",
            lambda row, words: is_round(words.view.plan, row.phase),
        ),
        c.UNIT_CODE.of(lambda row, _: row.of.unit),
        c.UNIT_NAME.of(lambda row, words: words.units[row.of.unit]),
        column("verdict", Kind.CODE, _VERDICTS.zh, _VERDICTS.en, lambda row, _: row.of.verdict.value),
        column("gates", Kind.INTEGER, "可计量节点目标数", "Measured gates", lambda row, _: len(row.of.gates)),
        _counted(GateVerdict.ON_TIME, "按期达标数", "Gates met on time"),
        _counted(GateVerdict.IN_WINDOW, "整改期达标数", "Gates met in the verification window"),
        _counted(GateVerdict.LATE, "逾期达标数", "Gates met late"),
        _counted(GateVerdict.NOT_DUE, "未到期数", "Gates not due yet"),
        _counted(GateVerdict.RECTIFYING, "整改期内数", "Gates being put right in their window"),
        _counted(GateVerdict.NO_DATA, "未报数", "Gates without a figure"),
        _counted(GateVerdict.NOT_MET, "未达标数", "Gates not met"),
        _counted(GateVerdict.NOT_APPLICABLE, "不适用数", "Gates that do not apply"),
        c.EVALUATED_ON.of(lambda row, _: iso(row.known.on)),
        column(
            "binding",
            Kind.CODE,
            "有两个时限时以何者为准:due_date 任务时限、window_end 整改期末",
            "Which date binds where there are two: due_date, the task's; window_end, the verification window's",
            lambda row, _: row.known.rule.binding.value,
        ),
    ),
    order=("phase in the plan's order", "unit in display order"),
    parameters=_PARAMETERS,
    records=_phases,
    by_method=True,
    single=frozenset({"period"}),
)

GATES = Dataset[GateRow](
    name="gates",
    title=Text(zh="阶段节点目标", en="Gates of phases"),
    grain=Text(
        zh="一行为一个填报单位(含全市)、一个阶段与其一个可计量节点目标在评估日的判定,附两处出处",
        en="One row per unit (the city included) × phase × measured gate, judged on one date, with both citations",
    ),
    columns=(
        column("phase_code", Kind.CODE, "阶段代码", "Phase's code", lambda row, _: row.phase.code),
        c.UNIT_CODE.of(lambda row, _: row.unit),
        c.UNIT_NAME.of(lambda row, words: words.units[row.unit]),
        c.TARGET_CODE.of(lambda row, _: row.target.code),
        c.TARGET_NAME.of(lambda row, words: words.say(row.target.name)),
        column("verdict", Kind.CODE, _VERDICTS.zh, _VERDICTS.en, lambda row, _: row.verdict.value),
        c.STATUS.of(lambda row, _: row.progress.status.value),
        column(
            "timing",
            Kind.CODE,
            "达标时点:on_time 按期、in_window 整改期内、late 逾期后",
            "When it was met: on_time, in_window, late",
            lambda row, _: None if row.progress.timing is None else row.progress.timing.value,
        ),
        c.COMPARATOR.of(lambda row, _: row.target.comparator),
        c.THRESHOLD.of(lambda row, _: exact(row.target.exact_threshold)),
        c.DUE_ON.of(lambda row, _: iso(row.target.due_on)),
        column(
            "window_end",
            Kind.DATE,
            "整改期末,没有为空",
            "Last day of the verification window; empty: there is none",
            lambda row, _: None if row.target.verification_window is None else iso(row.target.verification_window.end),
        ),
        c.EVALUATED_ON.of(lambda row, _: iso(row.progress.evaluated_on)),
        c.PERIOD_JUDGED.of(lambda row, _: None if row.progress.period is None else format_period(row.progress.period)),
        column("line", Kind.INTEGER, "出处行号", "Line of the source text", _cited(0, lambda cited: cited.line)),
        column("quote", Kind.TEXT, "出处原文", "The plan's own words", _cited(0, lambda cited: cited.quote)),
        column(
            "second_line",
            Kind.INTEGER,
            "另一处出处行号,只有一处为空",
            "Line of the second place; empty: there is one only",
            _cited(1, lambda cited: cited.line),
        ),
        column(
            "second_quote",
            Kind.TEXT,
            "另一处出处原文",
            "The words at the second place",
            _cited(1, lambda one: one.quote),
        ),
    ),
    order=("phase in the plan's order", "unit in display order", "gate in the phase's order"),
    parameters=_PARAMETERS | {"target"},
    records=_gates,
    by_method=True,
    single=frozenset({"period"}),
)
