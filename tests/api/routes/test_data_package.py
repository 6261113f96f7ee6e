"""What is said of the tables, judged by somebody else's program: the Frictionless Framework (Data Package v2)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import frictionless
import pytest

from metrics.commands.check_task_report import check_task_report
from metrics.commands.report_task import report_task
from metrics.database import WriteSession
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.release_files import IN_ENGLISH_TOO, RELEASED
from tests.callers import Caller
from tests.matrices import WHOLE
from tests.metrics.commands.test_write_bulletin import drafted, issued
from tests.metrics.queries.test_views import BUREAU, post
from tests.one_of_each import REPORTED, SENT_BACK, record_one_of_each

API = "/api/v1"


@pytest.fixture
def pack(bureau: Caller, session: WriteSession, tmp_path: Path) -> Path:
    """The unpacked archive of a release."""
    post(session, "441202", "2019-08")
    post(session, items_online=600)
    seen = report_task(session, 11, principal=BUREAU, given=REPORTED).etag
    check_task_report(session, 11, principal=BUREAU, given=SENT_BACK, if_match=seen)
    made = bureau.client.post(
        f"{API}/releases", json={"notes": "=三季度"}, headers=bureau.headers | {"Idempotency-Key": "release"}
    )
    assert made.status_code == 201, made.text
    content = bureau.client.get(made.json()["archive"], headers=bureau.headers).content
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        opened.extractall(tmp_path)
    return tmp_path / "biaochi-release-1"


def found(pack: Path) -> set[tuple[str, str]]:
    """Every table and error that Frictionless names, `*` for the package itself."""
    report = frictionless.Package(str(pack / "datapackage.json")).validate()
    errors = {("*", error.type) for error in report.errors}
    return errors | {(task.name, error.type) for task in report.tasks for error in task.errors}


def test_package_schemas_and_every_row_are_valid(pack: Path) -> None:
    said = json.loads((pack / "datapackage.json").read_bytes())
    assert said["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    report = frictionless.Package(str(pack / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])[:10]
    read = {task.name: task.stats.get("rows", 0) for task in report.tasks}  # none of a table without rows
    assert read == {table["name"]: table["rows"] for table in said["resources"]}
    assert len(read) == len(RELEASED) + len(IN_ENGLISH_TOO)
    assert sum(read.values()) > 500
    for name in RELEASED:
        assert frictionless.Schema.validate_descriptor(str(pack / f"{name}.schema.json")).valid


def cell(content: bytes, column: str, value: str) -> bytes:
    """`content` with another value in the first row's `column`."""
    heading, first, rest = content.decode().split("\r\n", 2)
    cells = first.split(",")
    cells[heading.split(",").index(column)] = value
    return "\r\n".join([heading, ",".join(cells), rest]).encode()


CHANGES: tuple[tuple[Callable[[bytes], bytes], set[str]], ...] = (
    (lambda table: cell(table, "unit_code", "441209"), {"hash-count", "foreign-key"}),
    (lambda table: cell(table, "state", "nearly"), {"constraint-error"}),
    (lambda table: cell(table, "indicator_code", ""), {"constraint-error"}),
    (lambda table: cell(table, "value", "seven"), {"type-error"}),
    (lambda table: cell(table, "period", "2019-13"), {"type-error"}),
    (
        lambda table: table + table.splitlines(keepends=True)[-1],
        {"row-count", "byte-count", "hash-count", "primary-key"},
    ),
    (lambda table: table.replace(b"unit_code", b"unit_kode", 1), {"incorrect-label"}),
)


def test_what_is_not_as_the_package_says_is_found(pack: Path) -> None:
    """So that the test above says something."""
    rates, descriptor = pack / "rates.csv", pack / "datapackage.json"
    right, said = rates.read_bytes(), json.loads(descriptor.read_bytes())
    said["resources"] = [table for table in said["resources"] if table["name"] in ("rates", "units", "indicators")]
    descriptor.write_text(json.dumps(said), encoding="utf-8")
    for change, errors in CHANGES:
        rates.write_bytes(change(right))
        assert found(pack) >= {("rates", error) for error in errors}
    next(table for table in said["resources"] if table["name"] == "rates")["schema"]["fields"][0]["type"] = "nonsense"
    descriptor.write_text(json.dumps(said), encoding="utf-8")
    assert not frictionless.Package.validate_descriptor(str(descriptor)).valid


def test_every_pull_is_valid_under_the_schema_beside_it(bureau: Caller, session: WriteSession, tmp_path: Path) -> None:
    """The datasets that are not released and the SDMX messages too, in one language or the other; where columns lead is
    there.
    """
    post(session, "441203", "2019-08")
    post(session)
    record_one_of_each(session)
    issued(session, drafted(session))
    for turn in range(2 if WHOLE else 1):
        tables, lines = [], {}
        for place, name in enumerate((*DATASETS, *SDMX_DATASETS), start=turn):
            language = ("zh", "en")[place % 2]
            schema = bureau.client.get(f"{API}/{name}.schema.json", headers=bureau.headers).json()
            assert frictionless.Schema.validate_descriptor(schema).valid
            pulled = bureau.client.get(f"{API}/{name}.csv?lang={language}", headers=bureau.headers)
            (tmp_path / f"{name}.csv").write_bytes(pulled.content)
            tables.append({"name": name, "path": f"{name}.csv", "schema": schema, "encoding": "utf-8"})
            lines[name] = pulled.text.count("\r\n") - 1
        package = frictionless.Package({"resources": tables}, basepath=str(tmp_path))
        report = package.validate()
        assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])[:10]
        assert {task.name: task.stats["rows"] for task in report.tasks} == lines
        assert min(lines.values()) > 0
