"""`/phases/{phase}/self-assessments` over HTTP: sent, signed, read by whom it is for, and beside it the dataset."""

from __future__ import annotations

import csv
import io

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.callers import caller, refusal
from tests.metrics.commands.test_submit_self_assessment import UNIT, unmet_targets
from tests.metrics.queries.test_views import post

PATH = "/api/v1/phases/PH2/self-assessments"


def test_a_unit_sends_its_sheet_and_its_leader_signs_it(client: TestClient, session: WriteSession) -> None:
    post(session, UNIT, "2019-10", materials_baseline=1000, materials_current=430)
    remarks = dict.fromkeys(unmet_targets(session, UNIT), "正在补齐")
    own = caller(client, session, "chen", Role.CLERK, {UNIT})
    other = caller(client, session, "zhao", Role.CLERK, {"441203"})
    leader = caller(client, session, "li", Role.LEADER, {UNIT})
    body = {"unit": UNIT, "summary": "总体平稳", "remarks": remarks}
    assert refusal(client.post(PATH, json=body, headers=other.headers), 403)["code"] == "unit_forbidden"
    made = client.post(PATH, json=body, headers=own.headers)
    assert made.status_code == 201, made.text
    sign = f"{PATH}/{UNIT}/sign-off"
    assert refusal(client.post(sign, headers=own.headers), 403)["code"] == "role_forbidden"
    assert refusal(client.post(sign, headers=leader.headers), 428)["code"] == "version_missing"
    signed = client.post(sign, headers=leader.headers | {"If-Match": made.headers["etag"]})
    assert signed.status_code == 201, signed.text
    (listed,) = client.get(PATH, headers=own.headers).json()
    assert (listed["signed_by"], listed["etag"], listed["period"]) == ("li", made.headers["etag"], "2019-10")
    assert client.get(PATH, headers=other.headers).json() == []
    answer = client.get("/api/v1/self_assessments.csv", headers=own.headers).text
    found = {row["target_code"]: row for row in csv.DictReader(io.StringIO(answer, newline=""))}
    assert (found["TG-04A"]["value"], found["TG-04A"]["remark"]) == ("57.00", "正在补齐")
    assert found["TG-04A"]["signed_by"] == "li"
