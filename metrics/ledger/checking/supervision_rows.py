"""Rows of supervision's records as the ledger's entries tell them: models, and what an entry's rows have to be.

A noun that is added has its model in :data:`SUPERVISION_MODELS` and its function in :data:`SUPERVISION_ROWS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from metrics.ledger.checking.finding import entry_key
from metrics.models import (
    AttachedFile,
    Funding,
    GateRule,
    InquiryScore,
    InspectionFinding,
    MaterialRecord,
    Rectification,
    ScoreRuleRecord,
    SelfAssessment,
    SlipActRecord,
    TaskCheck,
    TaskSanction,
    WorkPlan,
)
from metrics.periods import parse_period

Rows = dict[str, dict[str, Any]]  # key of a row -> its columns


def event_key(row: Mapping[Any, Any]) -> str:
    """The key of a row that is its entry's only one in its table."""
    return entry_key(row["seq"])


def moment_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """The column of an entry's moment."""
    return {"recorded_at": datetime.fromisoformat(said["recorded_at"])}


def _attachment_rows(said: Mapping[str, Any]) -> Rows:
    columns = {name: said[name] for name in ("name", "media_type", "size", "actor")}
    columns |= {"unit_code": said["unit"], **dict.fromkeys(("sha256", "content"), bytes.fromhex(said["sha256"]))}
    return {event_key(said): columns | moment_of(said)}


def _task_check_rows(said: Mapping[str, Any]) -> Rows:
    columns = {name: said[name] for name in ("by_unit", "revision", "step", "action", "reason", "actor")}
    columns |= {"task_number": said["task"], "unit_code": said["of_unit"], "period": parse_period(said["period"])}
    return {event_key(said): columns | moment_of(said)}


def _gate_rule_rows(said: Mapping[str, Any]) -> Rows:
    columns = {name: said[name] for name in ("binding", "reason", "actor")}
    return {event_key(said): columns | moment_of(said)}


def _material_rows(said: Mapping[str, Any]) -> Rows:
    names = ("action", "revision", "summary", "problems", "next_month", "reason", "detail", "actor")
    columns = {name: said[name] for name in names}
    columns |= {"id": said["material"], "unit_code": said["unit"], "period": parse_period(said["period"])}
    columns["reports"] = [part["report"] for part in said["reports"]]
    columns["attachments"] = [part["file"] for part in said["attachments"]]
    return {event_key(said): columns | moment_of(said)}


def _work_plan_rows(said: Mapping[str, Any]) -> Rows:
    columns = {name: said[name] for name in ("year", "revision", "summary", "measures", "reason", "actor")}
    columns |= {"unit_code": said["unit"], "attachments": [part["file"] for part in said["attachments"]]}
    return {event_key(said): columns | moment_of(said)}


def _funding_rows(said: Mapping[str, Any]) -> Rows:
    columns = {name: said[name] for name in ("year", "source", "revision", "note", "reason", "actor")}
    columns |= {"unit_code": said["unit"], **{name: Decimal(said[name]) for name in ("arranged", "paid")}}
    return {event_key(said): columns | moment_of(said)}


def _slip_rows(said: Mapping[str, Any]) -> Rows:
    names = ("slip", "act", "part", "to_unit", "to_name", "title", "text", "origin", "finding", "evidence", "actor")
    columns = {name: said[name] for name in names}
    columns["attachments"] = [file["file"] for file in said["attachments"]]
    columns |= {"unit_code": said["unit"], "target_code": said["target"], "task_number": said["task"]}
    columns["period"] = None if said["period"] is None else parse_period(said["period"])
    columns["due_on"] = None if said["due_on"] is None else date.fromisoformat(said["due_on"])
    return {event_key(said): columns | moment_of(said)}


def _task_sanction_rows(said: Mapping[str, Any]) -> Rows:
    columns = {name: said[name] for name in ("action", "mark", "subject", "reason", "actor")}
    columns |= {"task_number": said["task"], "unit_code": said["unit"]}
    return {event_key(said): columns | moment_of(said)}


def _finding_rows(said: Mapping[str, Any]) -> Rows:
    columns = {name: said[name] for name in ("severity", "text", "actor")}
    columns |= {"number": said["finding"], "phase_code": said["phase"], "unit_code": said["unit"]}
    columns |= {
        "target_code": said["target"],
        "task_number": said["task"],
        "due_on": date.fromisoformat(said["due_on"]),
    }
    return {event_key(said): columns | moment_of(said)}


def _rectification_rows(said: Mapping[str, Any]) -> Rows:
    columns = {name: said[name] for name in ("action", "text", "evidence", "actor")}
    columns |= {"number": said["finding"], "unit_code": said["unit"]}
    columns["attachments"] = [carried["file"] for carried in said["attachments"]]
    columns["due_on"] = None if said["due_on"] is None else date.fromisoformat(said["due_on"])
    return {event_key(said): columns | moment_of(said)}


def _self_assessment_rows(said: Mapping[str, Any]) -> Rows:
    names = ("revision", "action", "stands_on", "summary", "figures", "remarks", "reason", "actor")
    columns = {name: said[name] for name in names}
    columns |= {"phase_code": said["phase"], "unit_code": said["unit"], "period": parse_period(said["period"])}
    columns["signature"] = said.get("signature", {})  # earlier entries were signed by accounts alone
    columns["attachments"] = [file["file"] for file in said.get("attachments", ())]
    return {event_key(said): columns | moment_of(said)}


def _score_rule_rows(said: Mapping[str, Any]) -> Rows:
    columns = {name: said[name] for name in ("weights", "steps", "citation", "reason", "actor")}
    columns["valid_from"] = parse_period(said["valid_from"])
    return {event_key(said): columns | moment_of(said)}


def _inquiry_score_rows(said: Mapping[str, Any]) -> Rows:
    columns = {name: said[name] for name in ("round", "form", "revision", "evidence", "note", "reason", "actor")}
    columns |= {"task_number": said["task"], "unit_code": said["unit"]}
    columns |= {name: Decimal(said[name]) for name in ("score", "full_marks")}
    columns |= {
        "measured_on": date.fromisoformat(said["measured_on"]),
        "attachments": [carried["file"] for carried in said["attachments"]],
    }
    return {event_key(said): columns | moment_of(said)}


SUPERVISION_MODELS = (
    ScoreRuleRecord,
    InquiryScore,
    SelfAssessment,
    InspectionFinding,
    Rectification,
    GateRule,
    AttachedFile,
    TaskCheck,
    MaterialRecord,
    WorkPlan,
    Funding,
    SlipActRecord,
    TaskSanction,
)
SUPERVISION_ROWS: dict[tuple[str, str], Callable[[Mapping[str, Any]], Rows]] = {
    ("attached_files", "attachment"): _attachment_rows,
    ("task_checks", "task_check"): _task_check_rows,
    ("task_sanctions", "task_sanction"): _task_sanction_rows,
    ("gate_rules", "gate_rule"): _gate_rule_rows,
    ("work_plans", "work_plan"): _work_plan_rows,
    ("fundings", "funding"): _funding_rows,
    ("material_records", "material"): _material_rows,
    ("slip_acts", "slip"): _slip_rows,
    ("inspection_findings", "inspection_finding"): _finding_rows,
    ("rectifications", "rectification"): _rectification_rows,
    ("self_assessments", "self_assessment"): _self_assessment_rows,
    ("score_rules", "score_rule"): _score_rule_rows,
    ("inquiry_scores", "inquiry_score"): _inquiry_score_rows,
}
