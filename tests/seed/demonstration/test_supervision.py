"""What the bureau's work of two years left in the demonstration: slips, findings and self-assessments, a bulletin."""

from __future__ import annotations

import json
from datetime import date

from metrics.database import ReadSession
from metrics.queries.bulletins import bulletin_bytes, bulletin_month
from metrics.queries.findings import findings
from metrics.queries.self_assessments import self_assessments
from metrics.queries.slips import slips
from metrics.queries.view import view_at
from metrics.supervision.rectification import FindingState
from metrics.supervision.slips import SlipState
from seed.demonstration.bulletins import PERIOD


def test_slips_and_findings_stand_in_every_state(reading: ReadSession) -> None:
    view = view_at(reading)
    slips_there = slips(reading, view)
    assert {slip.stands.state for slip in slips_there} == set(SlipState)
    assert any(slip.stands.asked_until for slip in slips_there)
    found = findings(reading, view)
    assert {finding.standing.state for finding in found} == set(FindingState)
    assert {finding.standing.is_overdue(date(2020, 12, 31)) for finding in found} == {True, False}
    said = [act.text for slip in slips_there for act in slip.acts if act.text] + [slip.title for slip in slips_there]
    said += [finding.text for finding in found] + [act.text for one in found for act in one.acts if act.text]
    assert all(text.startswith("演示:") for text in said)


def test_units_assessed_themselves_in_both_rounds(reading: ReadSession) -> None:
    sheets = self_assessments(reading, view_at(reading))
    assert {(sheet.phase, sheet.revision) for sheet in sheets} == {("PH2", 1), ("PH2", 2), ("PH4", 1)}
    assert {sheet.unit for sheet in sheets if sheet.signed_by} == {"441200-SELF"}
    assert all(sheet.summary.startswith("演示:") for sheet in sheets)
    assert all(text.startswith("演示:") for sheet in sheets for text in sheet.remarks.values())


def test_the_bulletin_of_september_2019_was_issued_twice(reading: ReadSession) -> None:
    month = bulletin_month(reading, PERIOD)
    assert [(issued.version, issued.recorded_at.date()) for issued in month.issued] == [
        (2, date(2019, 10, 28)),
        (1, date(2019, 10, 12)),
    ]
    newest, first = (json.loads(bulletin_bytes(reading, issued, "zh.json")) for issued in month.issued)
    assert newest["synthetic"] is first["synthetic"] is True
    changes = next(block for block in newest["blocks"] if block.get("key") == "changes")
    assert any("四会市" in row[0] and "“一窗”" in row[0] for row in changes["rows"])
