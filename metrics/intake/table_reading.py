"""One table read, long or wide."""

from __future__ import annotations

from metrics.intake.findings import Findings
from metrics.intake.long_rows import LongRows
from metrics.intake.table_rows import TableRows
from metrics.intake.tables import Table
from metrics.intake.vocabulary import Vocabulary
from metrics.intake.wide_rows import WideRows


def read_table(table: Table, vocabulary: Vocabulary, found: Findings) -> TableRows:
    """Read one table into `found`; what was read of it."""
    kind = WideRows if table.is_wide else LongRows
    rows = kind(table, vocabulary, found, number=found.next_table())
    rows.read()
    return rows
