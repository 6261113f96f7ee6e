"""The plan's records, releases and keys against what the ledger says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Select, Table, func, select

from metrics.database import ReadSession
from metrics.ledger.checking.finding import Finding, InStep, differing, entry_key, missing, unaccounted
from metrics.ledger.checking.release_files import ReleaseFilesCheck
from metrics.ledger.checking.supervision_rows import SUPERVISION_MODELS, SUPERVISION_ROWS, event_key, moment_of
from metrics.media_types import media_type_of
from metrics.models import (
    AnnouncementRecord,
    Assessment,
    BulletinAct,
    BulletinFile,
    LedgerKey,
    LightOverride,
    PeriodEvent,
    PersonRecord,
    PlanRecord,
    Release,
    Sample,
    SampleFinding,
    TaskReport,
    User,
)
from metrics.periods import parse_period

_AT_ONCE = 500
_WITH_BYTES = ("attached_files", "bulletin_files")  # their column `content`
_MODELS = (
    PlanRecord,
    Release,
    AnnouncementRecord,
    PeriodEvent,
    PersonRecord,
    LightOverride,
    Assessment,
    Sample,
    SampleFinding,
    TaskReport,
    *SUPERVISION_MODELS,
    BulletinAct,
    BulletinFile,
)
_TABLES = tuple(model.__table__ for model in _MODELS)
Expected = dict[str, dict[str, Any]]  # key of a row -> its columns


class DocumentsCheck:
    """Walks the rows that entries of a few kinds write; the whole row is in the entry."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        streamed = {"yield_per": _AT_ONCE}
        self._rows = {
            table.name: InStep(session.execute(_whole(table), execution_options=streamed).mappings())
            for table in _TABLES
            if isinstance(table, Table)
        }
        self._keys = {row["key_id"]: row for row in session.execute(select(LedgerKey.__table__)).mappings()}
        self._files = ReleaseFilesCheck(session)
        self._names = {row.id: row.username for row in session.execute(select(User.id, User.username))}
        self._skipped = False

    def skip(self, seq: int) -> None:
        """The entry is missing or cannot be trusted: nothing is said of its rows."""
        self._skipped = True
        for rows in self._rows.values():
            rows.at(seq)

    def entry(self, said: Mapping[str, Any]) -> Iterator[Finding]:
        """What is wrong with the rows of one entry, of whatever kind it is."""
        for table, rows in self._rows.items():
            rows_of = _EXPECTED.get((table, said["kind"]))
            expected = {} if rows_of is None else rows_of(said)
            for row in rows.at(said["seq"]):
                key = _KEYS[table](row)
                columns = expected.pop(key, None)
                if columns is None:
                    yield unaccounted(table, key)
                    continue
                found = dict(row)
                if "user_id" in found:  # the entry has the account's name
                    found["user_id"] = self._names.get(found["user_id"])
                    columns |= {"user_id": said["actor"]}
                yield from differing(table, key, expected=columns, found=found)
            yield from (missing(table, key) for key in expected)
        if said["kind"] == "release":
            yield from self._files.of_release(said)
        if said["kind"] == "key":
            yield from self._key_of(said)

    def end(self) -> Iterator[Finding]:
        """What no entry accounts for."""
        for table, rows in self._rows.items():
            yield from (unaccounted(table, _KEYS[table](row)) for row in rows.end())
        if not self._skipped:  # else a file or a key may be one that the missing entry named
            yield from (unaccounted("ledger_keys", f"key_id={key_id}") for key_id in self._keys)
        yield from self._files.end(doubtful=self._skipped)

    def _key_of(self, said: Mapping[str, Any]) -> Iterator[Finding]:
        key_id = said["verifier_key"].split("+")[1]
        row = self._keys.pop(key_id, None)
        if row is None:
            yield missing("ledger_keys", f"key_id={key_id}")
            return
        expected = {name: said[name] for name in ("verifier_key", "actor")}
        expected["since"] = moment_of(said)["recorded_at"]
        yield from differing("ledger_keys", f"key_id={key_id}", expected=expected, found=row)


def _whole(table: Table) -> Select[Any]:
    """All rows in order; of the bytes of a file, the hash that the database makes of them now."""
    columns = [func.sha256(column).label("content") if _is_file(column) else column for column in table.c]
    return select(*columns).order_by(table.c.seq)


def _is_file(column: Column[Any]) -> bool:
    return column.table.name in _WITH_BYTES and column.name == "content"


def _plan_key(row: Mapping[Any, Any]) -> str:
    return f"kind={row['kind']} code={row['code']} version={row['version']}"


def _release_key(row: Mapping[Any, Any]) -> str:
    return f"number={row['number']}"


def _finding_key(row: Mapping[Any, Any]) -> str:
    return f"{entry_key(row['seq'])} cell={row['cell']}"


def _file_key(row: Mapping[Any, Any]) -> str:
    return f"{entry_key(row['seq'])} name={row['name']}"


def _plan_rows(said: Mapping[str, Any]) -> Expected:
    return {
        _plan_key(part): {"origin": "plan", "content": part["content"], "removed": part["removed"]}
        for part in said["records"]
    }


def _target_rows(said: Mapping[str, Any]) -> Expected:
    part = {"kind": "target", "code": said["target"]["code"], "version": said["version"]}
    return {_plan_key(part): {"origin": "revision", "content": said["target"], "removed": False}}


def _release_rows(said: Mapping[str, Any]) -> Expected:
    columns = {name: said[name] for name in ("stands_on", "basis", "notes", "actor")}
    columns["method"] = said.get("method", 1)  # a release made before methods were numbered
    columns["announced"] = said.get("announced")  # only of one that keeps an announcement
    return {_release_key(said): columns | moment_of(said)}


def _announcement_rows(said: Mapping[str, Any]) -> Expected:
    columns = {name: said[name] for name in ("announcement", "action", "what", "title", "reason", "actor")}
    columns["period"] = None if said["period"] is None else parse_period(said["period"])
    columns["due_on"] = date.fromisoformat(said["due_on"])
    return {event_key(said): columns | moment_of(said)}


def _period_rows(said: Mapping[str, Any]) -> Expected:
    columns = {name: said[name] for name in ("action", "actor", "reason")}
    until = None if said["until"] is None else datetime.fromisoformat(said["until"])
    columns |= {"period": parse_period(said["period"]), "unit_code": said["unit"], "until": until}
    return {event_key(said): columns | moment_of(said)}


def _person_rows(said: Mapping[str, Any]) -> Expected:
    columns = {name: said[name] for name in ("duty", "name", "title", "actor", "reason")}
    columns |= {"unit_code": said["unit"], "effective_from": date.fromisoformat(said["effective_from"])}
    return {event_key(said): columns | moment_of(said)}


def _weight_rows(said: Mapping[str, Any]) -> Expected:
    rows = {}
    for part in said["records"]:
        key = _plan_key({"kind": "weight", **part})
        rows[key] = {"origin": "revision", "content": part["content"], "removed": False}
    return rows


def _override_rows(said: Mapping[str, Any]) -> Expected:
    columns = {name: said[name] for name in ("light", "computed", "reason", "actor")}
    columns |= {"unit_code": said["unit"], "target_code": said["target"], "period": parse_period(said["period"])}
    return {event_key(said): columns | moment_of(said)}


def _assessment_rows(said: Mapping[str, Any]) -> Expected:
    names = ("revision", "method", "sample_size", "evidence", "note", "reason", "blind", "actor")
    columns = {name: said[name] for name in names}
    columns |= {"id": said["assessment"], "unit_code": said["unit"], "period": parse_period(said["period"])}
    columns |= {"indicator_code": said["indicator"]}
    columns |= {name: said.get(name) for name in ("clusters", "clusters_in_all")}  # earlier entries knew none
    for name in ("numerator", "denominator", "value"):
        columns[name] = None if said[name] is None else Decimal(said[name])
    return {event_key(said): columns | moment_of(said)}


def _sample_rows(said: Mapping[str, Any]) -> Expected:
    columns = {name: said[name] for name in ("seed", "per_unit", "periods", "elements", "cells", "stands_on", "actor")}
    return {event_key(said): columns | {"number": said["sample"]} | moment_of(said)}


def _finding_rows(said: Mapping[str, Any]) -> Expected:
    same = {"number": said["sample"], "actor": said["actor"]} | moment_of(said)
    rows = {}
    for part in said["findings"]:
        columns = {name: part[name] for name in ("finding", "note", "blind")}
        columns["value"] = None if part["value"] is None else Decimal(part["value"])
        rows[_finding_key({"seq": said["seq"], "cell": part["cell"]})] = columns | same
    return rows


def _task_report_rows(said: Mapping[str, Any]) -> Expected:
    names = ("state", "text", "evidence", "revision", "reason", "actor")
    columns = {name: said[name] for name in names}
    columns |= {"task_number": said["task"], "unit_code": said["unit"], "period": parse_period(said["period"])}
    columns["attachments"] = [part["file"] for part in said.get("attachments", ())]  # earlier entries have none
    return {event_key(said): columns | moment_of(said)}


def _bulletin_rows(said: Mapping[str, Any]) -> Expected:
    names = ("act", "version", "release", "language", "paragraph", "words", "reason", "actor")
    columns = {name: said[name] for name in names} | {"period": parse_period(said["period"])}
    return {event_key(said): columns | moment_of(said)}


def _bulletin_file_rows(said: Mapping[str, Any]) -> Expected:
    rows = {}
    for file in said["files"]:
        digest = bytes.fromhex(file["sha256"])
        columns = {"size": file["bytes"], "sha256": digest, "content": digest}
        columns["media_type"] = media_type_of(file["name"])
        rows[_file_key({"seq": said["seq"], "name": file["name"]})] = columns
    return rows


_KEYS: dict[str, Callable[[Mapping[Any, Any]], str]] = {
    "plan_records": _plan_key,
    "releases": _release_key,
    "announcements": event_key,
    "period_events": event_key,
    "people_records": event_key,
    "light_overrides": event_key,
    "assessments": event_key,
    "samples": event_key,
    "sample_findings": _finding_key,
    "task_reports": event_key,
    **{model.__tablename__: event_key for model in SUPERVISION_MODELS},
    "bulletin_acts": event_key,
    "bulletin_files": _file_key,
}
_EXPECTED: dict[tuple[str, str], Callable[[Mapping[Any, Any]], Expected]] = {
    ("plan_records", "plan"): _plan_rows,
    ("plan_records", "target"): _target_rows,
    ("releases", "release"): _release_rows,
    ("announcements", "announcement"): _announcement_rows,
    ("period_events", "period"): _period_rows,
    ("people_records", "people"): _person_rows,
    ("plan_records", "weights"): _weight_rows,
    ("light_overrides", "override"): _override_rows,
    ("assessments", "assessment"): _assessment_rows,
    ("samples", "sample"): _sample_rows,
    ("sample_findings", "findings"): _finding_rows,
    ("task_reports", "task_report"): _task_report_rows,
    **SUPERVISION_ROWS,
    ("bulletin_acts", "bulletin"): _bulletin_rows,
    ("bulletin_files", "bulletin"): _bulletin_file_rows,
}
