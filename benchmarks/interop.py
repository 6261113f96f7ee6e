"""`make interop`: one pull read by pandas, R's readr and LibreOffice, compared cell by cell.

Needs Rscript with readr, and soffice. The pull holds what readers get wrong: codes that look like numbers, periods that
look like dates, negative figures, empty cells, Chinese, line breaks, quotes, and texts that a spreadsheet would run.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd

from benchmarks.databases import READER, own_database
from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.commands.post_submission import post_submission
from metrics.commands.submission_version import find_version
from metrics.database import read_session, write_session
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Kind, Pull
from metrics.publish.rendering import render
from metrics.queries.view import view_at
from metrics.submissions import SubmissionRequest
from tests.builders import whole_values

CLERK = Principal(1, "interop", "interop", Role.CLERK, frozenset({"441202", "441203"}))
PULLS = {"observations": Pull(history=True), "rates": Pull(), "progress": Pull()}
REASONS = ("=1+1", '更正,"材料"数\n第二行', "-")
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
    missing = [program for program in ("Rscript", "soffice") if shutil.which(program) is None]
    if missing:
        sys.stderr.write(f"not installed: {', '.join(missing)}\n")
        return 2
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_pulls(folder)
        for dataset in PULLS:
            with (folder / f"{dataset}.csv").open(encoding="utf-8", newline="") as file:
                expected = list(csv.reader(file))
            for reader, read in READERS.items():
                wrong += _compare(f"{dataset} by {reader}", expected, read(folder, dataset))
    return 1 if wrong else 0


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
                for form in ("csv", "xlsx"):
                    with render(DATASETS[name], session=session, view=view, pull=pull, form=form).file as file:
                        (folder / f"{name}.{form}").write_bytes(file.read())


def _post(unit: str, period: str, *, reason: str, **changes: int) -> None:
    with write_session() as session:
        standing = find_version(session, unit=unit, period=date.fromisoformat(f"{period}-01"))
        given = SubmissionRequest(
            unit=unit, period=period, values=whole_values(**changes), note="", reason=reason, acknowledged={}
        )
        tag = None if standing is None else standing.etag
        post_submission(session, plan=plan_at(session), principal=CLERK, request=given, if_match=tag)


def _by_pandas(folder: Path, name: str) -> Table:
    frame = pd.read_csv(folder / f"{name}.csv", dtype="string", keep_default_na=False, na_values=[""])
    return [list(frame.columns), *[["" if pd.isna(cell) else str(cell) for cell in row] for row in frame.to_numpy()]]


def _by_readr(folder: Path, name: str) -> Table:
    script, written = folder / "read.R", folder / f"{name}.readr"
    script.write_text(_R, encoding="utf-8")
    subprocess.run(["Rscript", str(script), str(folder / f"{name}.csv"), str(written)], check=True)  # noqa: S607  found on PATH
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


READERS = {
    "pandas": _by_pandas,
    "readr": _by_readr,
    "LibreOffice (CSV)": _by_libreoffice_csv,
    "LibreOffice (XLSX)": _by_libreoffice_xlsx,
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
