"""`make interop`: one pull, whole and packed, read by pandas, polars, DuckDB, R's readr and LibreOffice, cell by cell.

The pull holds what readers get wrong: codes that look like numbers, periods that look like dates, negative figures,
empty cells, Chinese, line breaks, quotes, and texts that a spreadsheet would run. A reader that is not installed is
named, and the others are run all the same (benchmarks/README.md says how to have them).
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.databases import READER, own_database
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.commands.post_submission import post_submission
from metrics.commands.submission_version import find_version
from metrics.database import read_session, write_session
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.publish.as_csv import neutralised
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Kind, Pull
from metrics.publish.rendering import render
from metrics.queries.view import view_at
from metrics.submissions import SubmissionRequest
from tests.builders import whole_values

CLERK = Principal(1, "interop", "interop", Role.CLERK, frozenset({"441202", "441203"}))
PULLS = {"observations": Pull(history=True), "rates": Pull(), "progress": Pull()}
REASONS = ("=1+1", '更正,"材料"数\n第二行', "-")
FORMS = {"csv": ("csv", False), "csv.gz": ("csv", True), "xlsx": ("xlsx", False), "parquet": ("parquet", False)}
_DECIMAL = re.compile(r"-?\d+\.\d+|-?\d{1,5}")  # no code of a unit is so short
Table = list[list[str]]

_R = """
arguments <- commandArgs(trailingOnly = TRUE)
table <- readr::read_csv(arguments[1], col_types = readr::cols(.default = "c"), na = "", trim_ws = FALSE)
write.table(table, arguments[2], sep = "\\x1f", eol = "\\x1e", quote = FALSE, na = "", row.names = FALSE,
            fileEncoding = "UTF-8")
"""


def main() -> int:
    """Print one line a dataset and reader; 1 if any cell differs, 2 if a reader is not installed."""
    there = {name: reader for name, reader in READERS.items() if reader.is_here()}
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_pulls(folder)
        for dataset in PULLS:
            with (folder / f"{dataset}.csv").open(encoding="utf-8", newline="") as file:
                expected = list(csv.reader(file))
            for reader_name, reader in there.items():
                wrong += _compare(f"{dataset} by {reader_name}", expected, reader.read(folder, dataset))
    missing = [name for name in READERS if name not in there]
    if missing:
        sys.stdout.write(f"not run, since not installed: {', '.join(missing)}\n")
    return 1 if wrong else 2 if missing else 0


def _write_pulls(folder: Path) -> None:
    with own_database(folder / "home"):
        load_plan_folder(CITY_PLAN, actor="interop")
        _post("441202", "2019-08", reason="", materials_baseline=1000, materials_current=1100)
        _post("441203", "2019-09", reason="")
        for number, reason in enumerate(REASONS):
            _post("441202", "2019-08", reason=reason, items_instant=100 + number)
        with read_session(READER) as session:
            view = view_at(session)
            for name, pull in PULLS.items():
                for ending, (form, packed) in FORMS.items():
                    made = render(DATASETS[name], session=session, view=view, pull=pull, form=form, packed=packed)
                    with made.file as file:
                        (folder / f"{name}.{ending}").write_bytes(file.read())


def _post(unit: str, period: str, *, reason: str, **changes: int) -> None:
    with write_session() as session:
        standing = find_version(session, unit=unit, period=date.fromisoformat(f"{period}-01"))
        given = SubmissionRequest(
            unit=unit, period=period, values=whole_values(**changes), note="", reason=reason, acknowledged={}
        )
        tag = None if standing is None else standing.etag
        post_submission(session, plan=plan_at(session), principal=CLERK, request=given, if_match=tag)


def _by_pandas(folder: Path, name: str, ending: str = "csv") -> Table:
    frame = pd.read_csv(folder / f"{name}.{ending}", dtype="string", keep_default_na=False, na_values=[""])
    return [list(frame.columns), *[["" if pd.isna(cell) else str(cell) for cell in row] for row in frame.to_numpy()]]


def _by_pandas_parquet(folder: Path, name: str) -> Table:
    frame = pd.read_parquet(folder / f"{name}.parquet", dtype_backend="pyarrow")
    return _with_apostrophes(name, _as_read(frame.columns, frame.itertuples(index=False)))


def _by_polars(folder: Path, name: str, ending: str = "csv") -> Table:
    """Typed as the schema says: what is no figure as text."""
    polars = import_module("polars")
    kinds = {Kind.INTEGER: polars.Int64, Kind.NUMBER: polars.Decimal(38, 10), Kind.BOOLEAN: polars.Boolean}
    types = {column.name: kinds.get(column.kind, polars.String) for column in DATASETS[name].columns}
    frame = polars.read_csv(folder / f"{name}.{ending}", schema_overrides=types)
    return _as_read(frame.columns, frame.iter_rows())


def _by_polars_parquet(folder: Path, name: str) -> Table:
    frame = import_module("polars").read_parquet(folder / f"{name}.parquet")
    return _with_apostrophes(name, _as_read(frame.columns, frame.iter_rows()))


def _by_duckdb(folder: Path, name: str, ending: str = "csv") -> Table:
    """Typed as the schema says: what is no figure as text."""
    kinds = {Kind.INTEGER: "BIGINT", Kind.NUMBER: "DECIMAL(38,10)", Kind.BOOLEAN: "BOOLEAN"}
    types = {column.name: kinds.get(column.kind, "VARCHAR") for column in DATASETS[name].columns}
    return _of_duckdb(f"select * from read_csv('{folder / f'{name}.{ending}'}', types = {types})")  # noqa: S608  ours


def _by_duckdb_parquet(folder: Path, name: str) -> Table:
    query = f"select * from read_parquet('{folder / f'{name}.parquet'}')"  # noqa: S608  ours
    return _with_apostrophes(name, _of_duckdb(query))


def _of_duckdb(query: str) -> Table:
    with import_module("duckdb").connect() as connection:
        connection.execute("set timezone = 'UTC'")
        found = connection.execute(query)
        return _as_read([column[0] for column in found.description], found.fetchall())


def _as_read(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> Table:
    """Typed cells as the CSV writes them."""
    return [list(names), *[[_cell(cell) for cell in row] for row in rows]]


def _with_apostrophes(name: str, table: Table) -> Table:
    """Text stands in Parquet as it was recorded; CSV has an apostrophe before what a spreadsheet would run."""
    texts = [column.kind is Kind.TEXT for column in DATASETS[name].columns]
    rows = (
        [str(neutralised(cell)) if text else cell for cell, text in zip(row, texts, strict=True)] for row in table[1:]
    )
    return [table[0], *rows]


def _cell(cell: Any) -> str:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat()
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _by_readr(folder: Path, name: str, ending: str = "csv") -> Table:
    script, written = folder / "read.R", folder / f"{name}.readr"
    script.write_text(_R, encoding="utf-8")
    subprocess.run(["Rscript", str(script), str(folder / f"{name}.{ending}"), str(written)], check=True)  # noqa: S607  found on PATH
    return [line.split("\x1f") for line in written.read_text(encoding="utf-8").split("\x1e")[:-1]]


def _by_libreoffice_csv(folder: Path, name: str) -> Table:
    """Opened with every column but figures as text, as docs/exports.md says, and saved again."""
    kinds = [column.kind for column in DATASETS[name].columns]
    columns = "/".join(f"{n}/{1 if kind in (Kind.NUMBER, Kind.INTEGER) else 2}" for n, kind in enumerate(kinds, 1))
    return _converted(folder, f"{name}.csv", f"--infilter=CSV:44,34,76,1,{columns}")


def _by_libreoffice_xlsx(folder: Path, name: str) -> Table:
    return _converted(folder, f"{name}.xlsx")[1:]  # titles stand above the names


def _converted(folder: Path, file: str, *options: str) -> Table:
    out = folder / (file.replace(".", "-") + "-out")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    as_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"
    command = [
        "soffice",
        profile,
        "--headless",
        *options,
        "--convert-to",
        as_csv,
        "--outdir",
        str(out),
        str(folder / file),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (found,) = out.iterdir()
    return list(csv.reader(io.StringIO(found.read_text(encoding="utf-8"), newline="")))


def _packed(read: Callable[[Path, str, str], Table]) -> Callable[[Path, str], Table]:
    return lambda folder, name: read(folder, name, "csv.gz")


def _has_module(name: str) -> Callable[[], bool]:
    return lambda: find_spec(name) is not None


def _has_readr() -> bool:
    asked = ("Rscript", "-e", "library(readr)")
    return (
        shutil.which("Rscript") is not None and not subprocess.run(asked, capture_output=True, check=False).returncode
    )


def _has_soffice() -> bool:
    return shutil.which("soffice") is not None


@dataclass(frozen=True, slots=True)
class PullReader:
    """`read`: what it makes of a dataset's file in a folder, names first. `is_here`: whether it is installed."""

    read: Callable[[Path, str], Table]
    is_here: Callable[[], bool]


READERS = {
    "pandas": PullReader(_by_pandas, _has_module("pandas")),
    "pandas (packed)": PullReader(_packed(_by_pandas), _has_module("pandas")),
    "pandas (Parquet)": PullReader(_by_pandas_parquet, _has_module("pandas")),
    "polars": PullReader(_by_polars, _has_module("polars")),
    "polars (packed)": PullReader(_packed(_by_polars), _has_module("polars")),
    "polars (Parquet)": PullReader(_by_polars_parquet, _has_module("polars")),
    "DuckDB": PullReader(_by_duckdb, _has_module("duckdb")),
    "DuckDB (packed)": PullReader(_packed(_by_duckdb), _has_module("duckdb")),
    "DuckDB (Parquet)": PullReader(_by_duckdb_parquet, _has_module("duckdb")),
    "readr": PullReader(_by_readr, _has_readr),
    "readr (packed)": PullReader(_packed(_by_readr), _has_readr),
    "LibreOffice (CSV)": PullReader(_by_libreoffice_csv, _has_soffice),
    "LibreOffice (XLSX)": PullReader(_by_libreoffice_xlsx, _has_soffice),
}


def _compare(what: str, expected: Table, found: Table) -> int:
    """The number of cells that differ; figures are compared as figures, all else as text."""
    cells = sum(len(row) for row in expected)
    differing = [
        (number, wanted, got)
        for number, (left, right) in enumerate(zip(expected, found, strict=False), 1)
        for wanted, got in zip(left, right, strict=False)
        if not _same(wanted, got)
    ]
    shapes = [len(row) for row in expected] != [len(row) for row in found]
    sys.stdout.write(f"{what}: {len(expected) - 1} rows, {cells} cells, {len(differing)} differ\n")
    for place in differing[:3]:
        sys.stdout.write(f"  line {place[0]}: {place[1]!r} became {place[2]!r}\n")
    return len(differing) + shapes


def _same(wanted: str, got: str) -> bool:
    """Equal, or a figure or a truth that a spreadsheet writes its own way: 56.00 as 56, true as TRUE."""
    if wanted.lower() in ("true", "false"):
        return wanted.lower() == got.lower()
    if _DECIMAL.fullmatch(wanted) and _DECIMAL.fullmatch(got):
        return Decimal(wanted) == Decimal(got)
    return wanted == got or wanted.replace("\r\n", "\n") == got


if __name__ == "__main__":
    sys.exit(main())
