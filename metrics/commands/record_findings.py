"""Recording what was found for the cells of a sample; the newest finding of a cell holds, earlier ones stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from metrics.database import WriteSession
from metrics.errors import Forbidden, Invalid, Message, Problem
from metrics.forms import as_given, parse_values, plain
from metrics.ledger.entry import append, next_place
from metrics.locks import Lock, hold
from metrics.models import Sample, SampleFinding
from metrics.periods import parse_period
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.blindness import Count, is_blind, seen_counts
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.samples import reported_values, revealed_cells, sample_of
from metrics.sampling import FilledWorkSheet, SampledCell, SentFinding, ShownValue, Verdict, cell_of
from metrics.texts import text_problems
from metrics.value_types import Moment

MEASURED = "measured"  # 实测: the value alone; the service compares it
LONGEST_NOTE = 2000  # characters
_CHANGED = Message(
    "“填报值”一列被改动,与抽样时所报的不同:该列不得改动,实际值填在 value 列。请改回,或重新下载核查表填写。",
    "The column of reported values was changed and is not what was reported at the drawing: leave it alone, what was "
    "found goes into value. Put it back, or take the sheet anew.",
)
_UNMARKED = Message(
    "“合成演示数据”的说明被删去或改动:演示数据的核查表须保留它。请改回,或重新下载核查表填写。",
    "What says that the data are synthetic was removed or changed; a sheet of the demonstration has to keep it: put it "
    "back, or take the sheet anew.",
)


@dataclass(frozen=True, slots=True)
class RecordedFindings:
    """How many findings were recorded, and their place in the ledger."""

    number: int
    recorded: int
    seq: int
    recorded_at: Moment
    leaf_hash: str


def record_findings(
    session: WriteSession, number: int, *, principal: Principal, sent: FilledWorkSheet | Sequence[SentFinding]
) -> RecordedFindings:
    """Record `sent`, all of it or none.

    Raises NotFound, Forbidden for another's sample, Invalid with every bad place.
    """
    principal.require(Scope.RECORD_ASSESSMENT)
    hold(session, Lock.FINDINGS, key=number)
    sample = sample_of(session, number)
    if sample.user_id != principal.user_id:
        message = Message("只能填写自己抽取的样本。", "You may record findings of your own samples only.")
        raise Forbidden("sample_of_another", message)
    blind = is_blind(principal)
    seen = seen_counts(session, plan_at(session), principal=principal) if blind else set()
    reading = _SampleReading(session, sample, blind=blind, seen=seen)
    rows = reading.rows(sent.findings if isinstance(sent, FilledWorkSheet) else sent)
    if isinstance(sent, FilledWorkSheet):
        reading.hold_sheet(sent, synthetic=is_demonstration_loaded(session))
    if reading.problems:
        first = reading.problems[0]
        message = Message("核查结果未予记录:" + first.message.zh, "Not recorded: " + first.message.en)
        raise Invalid(first.code if len(reading.problems) == 1 else "findings_invalid", message, reading.problems)
    place = next_place(session)
    said = [row | {"value": None if row["value"] is None else plain(row["value"])} for row in rows]
    content = {"sample": number, "findings": said, "actor": principal.username}
    leaf_hash = append(session, kind="findings", place=place, content=content)
    same = {"seq": place.seq, "number": number, "actor": principal.username, "recorded_at": place.recorded_at}
    session.execute(insert(SampleFinding), [row | same for row in rows])
    return RecordedFindings(number, len(rows), place.seq, place.recorded_at, leaf_hash.hex())


class _SampleReading:
    """Findings as they were sent, read against the sample; what is wrong is gathered in `problems`.

    `seen`: what the assessor was shown, here or elsewhere. A cell that this sample does not show yet is `_hidden`, seen
    or not: another sample may stand on an earlier report, a rate may have shown a sum.
    """

    def __init__(self, session: WriteSession, sample: Sample, *, blind: bool, seen: set[Count]) -> None:
        self._plan: Plan = plan_at(session, seq=sample.stands_on)
        self._cells = set(sample.cells)
        self._reported = reported_values(session, sample, [cell_of(text) for text in sample.cells])
        self._hidden = self._cells - revealed_cells(session, sample.number) if blind else set()
        self._seen, self._blind = seen, blind
        self.problems: list[Problem] = []

    def rows(self, sent: Sequence[SentFinding]) -> list[dict[str, Any]]:
        """A row for each finding that can be recorded."""
        if not sent:
            self.problems.append(
                _said("findings_empty", "没有任何核查结果。", "There is no finding.", Problem("", _NO))
            )
        found: dict[str, dict[str, Any]] = {}
        for finding in sent:
            cell = str(finding.cell)
            if cell not in self._cells:
                self._refuse(finding, "cell_not_sampled", "该项不在样本中。", "The sample does not hold this cell.")
            elif cell in found:
                self._refuse(finding, "cell_twice", "该项出现了两次。", "This cell comes twice.")
            else:
                found[cell] = self._row(finding)
        return list(found.values())

    def hold_sheet(self, sheet: FilledWorkSheet, *, synthetic: bool) -> None:
        """Whether the sheet still says what it said when it was taken, of the cells of the sample."""
        mine = replace(sheet, shown=tuple(shown for shown in sheet.shown if str(shown.cell) in self._cells))
        self.problems += sheet_problems(
            mine, reported=self._reported, hidden=self._hidden, blind=self._blind, synthetic=synthetic
        )

    def _row(self, sent: SentFinding) -> dict[str, Any]:
        cell = str(sent.cell)
        value = self._value(sent)
        reported = self._reported.get(cell)
        verdict = sent.finding
        for problem in text_problems(sent.note):
            self._refuse(sent, problem.code, problem.message.zh, problem.message.en)
        if len(sent.note) > LONGEST_NOTE:
            self._refuse(
                sent, "note_too_long", f"备注最多 {LONGEST_NOTE} 字。", f"A note has at most {LONGEST_NOTE} characters."
            )
        if verdict == MEASURED or (verdict == "" and value is not None):
            verdict = Verdict.CONFIRMED.value if value is not None and value == reported else Verdict.DIFFERS.value
            if sent.value is None:
                self._refuse(sent, "value_missing", "须填写实测值。", "The measured value is missing.")
        elif cell in self._hidden and verdict in (Verdict.CONFIRMED, Verdict.DIFFERS):
            zh = "无感评估期间只填写实测值(实测)或“无佐证”,由系统比对。"
            self._refuse(
                sent, "blind_needs_measured", zh, "While blind, send `measured` and the value, or no_evidence."
            )
        else:
            self._check(sent, value, reported)
        blind = cell in self._hidden and not self._is_seen(sent.cell)
        return {"cell": cell, "finding": verdict, "value": value, "note": sent.note, "blind": blind}

    def _is_seen(self, cell: SampledCell) -> bool:
        return (cell.unit, parse_period(cell.period), cell.element) in self._seen

    def _check(self, sent: SentFinding, value: Decimal | None, reported: Decimal | None) -> None:
        """A finding that the assessor has decided on must agree with its value."""
        match sent.finding:
            case Verdict.CONFIRMED if reported is None:
                self._refuse(sent, "nothing_reported", "该项未报,无从核实。", "Nothing was reported to be confirmed.")
            case Verdict.CONFIRMED if value is not None and value != reported:
                self._refuse(
                    sent, "confirmed_but_differs", "所填数值与填报值不同。", "The value is not the reported one."
                )
            case Verdict.DIFFERS if sent.value is None:
                self._refuse(sent, "value_missing", "“不符”须填写实际值。", "What differs needs its value.")
            case Verdict.DIFFERS if value is not None and value == reported:
                self._refuse(sent, "differs_but_equal", "所填数值与填报值相同。", "The value is the reported one.")
            case Verdict.NO_EVIDENCE if sent.value is not None:
                self._refuse(
                    sent, "value_without_evidence", "“无佐证”不填数值。", "Without evidence there is no value."
                )
            case Verdict.CONFIRMED | Verdict.DIFFERS | Verdict.NO_EVIDENCE:
                pass
            case _:
                zh = "核查结果须为 confirmed 一致、differs 不符、no_evidence 无佐证 或 measured 实测。"
                self._refuse(sent, "finding_unknown", zh, "It is confirmed, differs, no_evidence or measured.")

    def _value(self, sent: SentFinding) -> Decimal | None:
        if sent.value is None:
            return None
        if sent.unread is not None:
            self.problems.append(sent.unread)
            return None
        read = parse_values(self._plan, {sent.cell.element: sent.value})
        at = sent.at
        pointer = f"{at.pointer}/value" if at.pointer else ""
        self.problems += [
            replace(problem, pointer=pointer, row=at.row, column=at.column, sheet=at.sheet) for problem in read.problems
        ]
        return read.values.get(sent.cell.element)

    def _refuse(self, sent: SentFinding, code: str, zh: str, en: str) -> None:
        given = as_given(sent.finding) if code == "finding_unknown" else str(sent.cell)
        self.problems.append(replace(_said(code, zh, en, sent.at), given=as_given(given)))


def sheet_problems(
    sheet: FilledWorkSheet, *, reported: Mapping[str, Decimal], hidden: Collection[str], blind: bool, synthetic: bool
) -> Iterator[Problem]:
    """Each place. Of a cell that is `hidden` a value at all is refused, whichever it is: nobody finds it out by trying.

    While assessment is `blind` an empty cell may be of a sheet that was taken before its value was shown.
    """
    if synthetic and sheet.findings and sheet.unmarked is not None:
        yield replace(sheet.unmarked, code="synthetic_mark_missing", message=_UNMARKED)
    for shown in sheet.shown:
        was = None if str(shown.cell) in hidden else reported.get(str(shown.cell))
        if shown.text == "" and (was is None or blind):
            continue
        if shown.text == "" or shown.value is None or shown.value != was:
            yield _changed(shown, was)


def _changed(shown: ShownValue, was: Decimal | None) -> Problem:
    expected = Message("空", "nothing") if was is None else Message(plain(was), plain(was))
    return replace(
        shown.at, code="reported_value_changed", message=_CHANGED, given=as_given(shown.text), expected=expected
    )


_NO = Message("", "")


def _said(code: str, zh: str, en: str, at: Problem) -> Problem:
    return replace(at, code=code, message=Message(zh, en))
