"""Materials measured item by item: the interval knows that those of one item are alike, and says how it was come by."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.checking.walk import check_ledger
from metrics.models import Assessment
from metrics.principal import Role
from tests.api.routes.test_assessments import measured, rows, send
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post

# Of each item how many of its materials are no longer asked for; the design "five items of forty" of R's table.
ITEMS = [[12, 30], [5, 9], [8, 8], [0, 4], [20, 41]]
BY_ITEM = {
    "indicator": "online_rate",
    "numerator": None,
    "denominator": None,
    "sample_size": None,
    "clusters": ITEMS,
    "clusters_in_all": 40,
}


@pytest.fixture
def assessor(client: TestClient, session: WriteSession) -> Caller:
    post(session, items_online=850)
    return caller(client, session, "third", Role.ASSESSOR)


def test_counts_by_item_have_the_interval_of_a_ratio(assessor: Caller, session: WriteSession) -> None:
    made = send(assessor, measured(**BY_ITEM))
    assert made.status_code == 201, made.text
    (row,) = rows(assessor)
    assert (row["numerator"], row["denominator"], row["value"]) == ("45", "92", "48.91")
    assert (row["low"], row["high"], row["interval_method"]) == ("32.20", "65.63", "ratio")
    assert (row["clusters"], row["clusters_in_all"]) == ("5", "40")
    kept = session.scalars(select(Assessment)).one()
    assert kept.clusters == [[str(above), str(below)] for above, below in ITEMS]
    assert list(check_ledger(session)) == []


def test_a_sample_of_single_cases_says_that_its_interval_is_wilsons(assessor: Caller) -> None:
    send(assessor, measured())
    (row,) = rows(assessor)
    assert (row["interval_method"], row["clusters"], row["clusters_in_all"]) == ("wilson", "", "")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"numerator": 45, "denominator": 93}, "clusters_do_not_sum"),
        ({"clusters": []}, "clusters_count"),
        ({"clusters": [[1, 2]] * 2001}, "clusters_count"),
        ({"clusters": [[1, 2, 3]]}, "cluster_malformed"),
        ({"clusters": [[None, 2]]}, "cluster_malformed"),
        ({"clusters": [[3, 2]]}, "numerator_above_denominator"),
        ({"clusters": [["x", 2]]}, "figure_invalid"),
        ({"clusters": [[0, 0]]}, "denominator_zero"),
        ({"clusters_in_all": 4}, "clusters_in_all_invalid"),
        ({"clusters": None, "numerator": 1, "denominator": 2}, "clusters_missing"),
        ({"value": 60}, "clusters_beside_value"),
    ],
)
def test_clusters_that_do_not_fit_are_refused(assessor: Caller, changes: dict[str, Any], code: str) -> None:
    answer = refusal(send(assessor, measured(**BY_ITEM | changes)), 422)
    assert code in {answer["code"], *(error["code"] for error in answer.get("errors", []))}, answer
