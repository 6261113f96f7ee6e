"""`python -m benchmarks.sdmx PYTHON`: somebody else's program reads both SDMX messages; every figure must come back.

PYTHON is an interpreter that has pysdmx, which is no part of this project because it is held to an older pyarrow:
`python -m venv FOLDER && FOLDER/bin/pip install "pysdmx[data]"`, then FOLDER/bin/python. Exit code 1 if one differs.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

from benchmarks.databases import READER, own_database
from benchmarks.scaled import load_scaled_plan, write_history
from metrics.database import read_session
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.dataset import Kind, Pull
from metrics.publish.rendering import render
from metrics.queries.view import view_at

_READ = """
import json, sys
from pysdmx.io import read_sdmx
(read,) = read_sdmx(sys.argv[1], validate=False).data
json.dump([read.short_urn, read.data.to_dict("records")], sys.stdout)
"""


def main(python: str, counties: int = 3, months: int = 3) -> int:
    """Print how many observations of each message came back as they were sent."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with own_database(home):
            write_history(load_scaled_plan(counties), months=months)
            for name in SDMX_DATASETS:
                file = Path(folder) / f"{name}.csv"
                _write(name, file)
                urn, read = json.loads(
                    subprocess.run([python, "-c", _READ, str(file)], check=True, capture_output=True).stdout
                )
                with file.open(encoding="utf-8", newline="") as lines:
                    sent = list(csv.DictReader(lines))
                same = [_cells(name, row) for row in sent] == [_cells(name, row) for row in read]
                equal = "equal" if same else "NOT equal"
                sys.stdout.write(f"{name} as {urn}: {len(read)} of {len(sent)} read, {equal}\n")
                wrong += not same
    return 1 if wrong else 0


def _cells(name: str, row: dict[str, str]) -> list[str | Decimal]:
    """Dimensions, value and attributes. Figures as numbers: pysdmx guesses types and reads 7622 as 7622.0."""
    columns = SDMX_DATASETS[name].columns[3:]
    return [
        Decimal(row[c.name]) if c.kind in (Kind.NUMBER, Kind.INTEGER) and row[c.name] else row[c.name] for c in columns
    ]


def _write(name: str, file: Path) -> None:
    with read_session(READER) as session:
        rendered = render(SDMX_DATASETS[name], session=session, view=view_at(session), pull=Pull(), form="csv")
        with rendered.file as content, file.open("wb") as target:
            shutil.copyfileobj(content, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
