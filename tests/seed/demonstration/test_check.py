"""The demonstration under the whole check of the ledger and of what guards it: no false alarm."""

from __future__ import annotations

from metrics.database import ReadSession
from metrics.guards.beside import beside_differences
from metrics.guards.objects import object_differences
from metrics.guards.rights import right_differences
from metrics.ledger.checking.walk import check_ledger
from metrics.publish.open_progress_check import open_progress_findings
from metrics.queries.derived_check import derived_findings


def test_a_check_of_the_ledger_and_of_what_guards_it_raises_no_alarm(reading: ReadSession) -> None:
    connection = reading.connection()
    assert [*object_differences(connection), *right_differences(connection), *beside_differences(connection)] == []
    assert [*check_ledger(reading), *derived_findings(reading), *open_progress_findings(reading)] == []
