"""What anyone may read where released data is open: the newest release and earlier ones, no submissions."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.models import Submission
from metrics.publish.catalogue import DATASETS
from metrics.publish.release_files import OPEN
from tests.callers import Caller, refusal
from tests.metrics.commands.test_verify_submission import BUREAU
from tests.metrics.queries.test_views import post

V1 = "/api/v1"
pytestmark = pytest.mark.usefixtures("public_read")


def publish(bureau: Caller, notes: str = "x", **body: str) -> None:
    headers = bureau.headers | {"Idempotency-Key": notes}
    response = bureau.client.post(f"{V1}/releases", json={"notes": notes, **body}, headers=headers)
    assert response.status_code == 201, response.text


def online(client: TestClient, **given: str) -> str:
    parameters = {"unit": "441202", "indicator": "online_rate", **given}
    response = client.get(f"{V1}/rates.csv", params=parameters)
    assert response.status_code == 200, response.text
    return next(csv.DictReader(io.StringIO(response.text)))["value"]


def test_nothing_is_open_before_the_first_release(client: TestClient, session: WriteSession) -> None:
    post(session)
    session.commit()
    for name in sorted(OPEN):
        assert refusal(client.get(f"{V1}/{name}.csv"), 404)["code"] == "nothing_released"
    assert client.get(f"{V1}/releases").json() == {"items": []}


def test_a_stranger_reads_the_newest_release_whatever_came_since(
    client: TestClient, session: WriteSession, bureau: Caller
) -> None:
    first = post(session, items_online=850)
    session.commit()
    publish(bureau)
    post(session, items_online=700)
    session.commit()
    assert online(client) == "85.00"
    assert online(client, as_of=str(first)) == "85.00"
    assert refusal(client.get(f"{V1}/rates.csv?as_of={newest_seq(session)}"), 404)["code"] == "not_released"
    assert refusal(client.get(f"{V1}/rates.csv?as_of=2999-01-01T00:00:00Z"), 404)["code"] == "not_released"
    assert refusal(client.get(f"{V1}/rates.csv?basis=verified"), 400)["code"] == "basis_not_released"
    publish(bureau, "y")
    assert online(client) == "70.00"
    assert online(client, release="1") == "85.00"
    assert refusal(client.get(f"{V1}/rates.csv?release=3"), 404)["code"] == "release_unknown"
    assert refusal(client.get(f"{V1}/rates.csv?release=1&as_of=1"), 400)["code"] == "parameter_conflict"


def test_reasons_are_not_shown_to_strangers(client: TestClient, session: WriteSession, bureau: Caller) -> None:
    post(session)
    post(session, items_online=700)
    session.commit()
    publish(bureau)
    for address in (
        f"{V1}/observations.csv?history=true",
        f"{V1}/observations.json",
        f"{V1}/releases/1/observations.csv",
    ):
        assert "更正" not in client.get(address).text
    assert "更正" in client.get(f"{V1}/observations.csv?history=true", headers=bureau.headers).text


def test_what_was_corrected_before_it_was_verified_is_not_open(
    client: TestClient, session: WriteSession, bureau: Caller
) -> None:
    post(session, items_online=850)
    post(session, items_online=700)
    verify_submission(session, principal=BUREAU, submission_id=session.scalars(select(Submission.id)).one())
    session.commit()
    publish(bureau, basis="verified")
    for form in ("csv", "json"):
        answer = client.get(f"{V1}/observations.{form}?history=true&element=items_online")
        assert (answer.status_code, "700" in answer.text, "850" in answer.text) == (200, True, False)


def test_pages_of_a_pull_stay_within_the_release(client: TestClient, session: WriteSession, bureau: Caller) -> None:
    post(session)
    session.commit()
    publish(bureau)
    post(session, items_online=700)
    session.commit()
    page = client.get(f"{V1}/rates.csv?limit=3")
    following = client.get(page.links["next"]["url"])
    assert following.status_code == 200
    assert page.headers["x-as-of-seq"] == following.headers["x-as-of-seq"]


def test_a_release_may_be_kept_by_shared_caches(client: TestClient, session: WriteSession, bureau: Caller) -> None:
    post(session)
    session.commit()
    publish(bureau)
    response = client.get(f"{V1}/releases/1/rates.csv")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_what_is_not_released_is_not_open(client: TestClient, session: WriteSession, bureau: Caller) -> None:
    post(session)
    session.commit()
    publish(bureau)
    for name in sorted(set(DATASETS) - OPEN):
        assert refusal(client.get(f"{V1}/{name}.csv"), 401)["code"] == "credentials_missing"


@pytest.mark.parametrize("path", ["/submissions", "/submissions/1", "/submissions/1/history", "/submissions/1/receipt"])
def test_submissions_are_not_open(client: TestClient, session: WriteSession, path: str) -> None:
    post(session)
    session.commit()
    assert client.get(f"{V1}{path}").status_code == 401


def test_sdmx_is_pinned_to_the_release_too(client: TestClient, session: WriteSession, bureau: Caller) -> None:
    post(session, items_online=850)
    session.commit()
    publish(bureau)
    post(session, items_online=700)
    session.commit()
    response = client.get(f"{V1}/rates.sdmx.csv?unit=441202&indicator=online_rate")
    assert [row["OBS_VALUE"] for row in csv.DictReader(io.StringIO(response.text))] == ["85.00"]
