"""`python -m tests.intake_corpus`: writes the corpus anew.

What LibreOffice made (`files/office-*`) it makes only where `soffice` is there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.intake_corpus.csv_files import csv_files
from tests.intake_corpus.workbook_files import tidy, workbook_files
from tests.workbooks import xlsx_bytes

FILES = Path(__file__).parent / "files"
_FORMULAS = tidy(("自建系统应接数", "=7+5"), ("自建系统已接数", "=D2-3"), ("即办件事项数", "=1/0"))
_CALCULATED = _FORMULAS[:3]
_CONVERSIONS = (
    ("office-formulas.xlsx", "xlsx", "Calc MS Excel 2007 XML", _CALCULATED),
    ("office-error.xlsx", "xlsx", "Calc MS Excel 2007 XML", _FORMULAS),
    ("office-gb18030.csv", "csv", "Text - txt - csv (StarCalc):44,34,85,1", _CALCULATED),
    ("office-tab-utf8.csv", "csv", "Text - txt - csv (StarCalc):9,34,76,1", _CALCULATED),
    ("office.ods", "ods", "calc8", _CALCULATED),
    ("office.xls", "xls", "MS Excel 97", _CALCULATED),
)


def main() -> None:
    """Write every file of the corpus."""
    FILES.mkdir(exist_ok=True)
    for name, content in {**csv_files(), **workbook_files()}.items():
        (FILES / name).write_bytes(content)
    office = shutil.which("soffice")
    if office is None:
        sys.stderr.write("LibreOffice is not there; its files stay as they are.\n")
        return
    work = FILES / "work"
    work.mkdir()
    try:
        for name, kind, how, rows in _CONVERSIONS:
            source = work / f"{Path(name).stem}.xlsx"
            source.write_bytes(xlsx_bytes(rows))
            made = work / "made"
            arguments = ["--headless", "--convert-to", f"{kind}:{how}", "--outdir", str(made), str(source)]
            subprocess.run([office, *arguments], check=True, capture_output=True, timeout=120)
            shutil.move(made / f"{source.stem}.{kind}", FILES / name)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
