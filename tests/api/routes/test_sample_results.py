"""`/samples/{n}/results.csv`: the results of a sample as a table, kept from those who report."""

from __future__ import annotations

import csv
import io

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.api.routes.test_samples import ADDRESS, draw, find, finding, look
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post


def test_the_results_come_as_a_table_equal_to_the_answer_of_the_sample(
    client: TestClient, session: WriteSession, neighbour: Caller
) -> None:
    post(session, items_online=850)
    assessor = caller(client, session, "third", Role.ASSESSOR)
    number = draw(assessor)
    assert find(assessor, number, finding(), finding("items_total", "no_evidence")).status_code == 201
    answer = assessor.client.get(f"{ADDRESS}/{number}/results.csv?lang=en", headers=assessor.headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(answer.text)))
    told = look(assessor, number)["results"]
    assert table[0].keys() == {*told[0], "unit_code", "unit_name", "covered"} - {"unit", "units_covered"}
    for row, said in zip(table, told, strict=True):
        renamed = {"unit_code": said.pop("unit"), "covered": said.pop("units_covered")}
        assert {name: row[name] for name in {**said, **renamed}} == {
            name: "" if value is None else str(value) for name, value in {**said, **renamed}.items()
        }
    assert (table[-1]["unit_code"], table[-1]["share"], table[-1]["no_evidence"]) == ("", "50.00", "1")
    refused = assessor.client.get(f"{ADDRESS}/{number}/results.csv", headers=neighbour.headers)
    assert refusal(refused, 403)["code"] == "role_forbidden"
