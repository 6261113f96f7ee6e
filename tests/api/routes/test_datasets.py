"""Pulls over HTTP: who may see which rows, and parameters that are refused rather than ignored."""

from __future__ import annotations

import csv
import io

import pytest

from tests.builders import whole_submission
from tests.callers import Caller, Response, refusal


def pull(caller: Caller, path: str) -> Response:
    return caller.client.get(f"/api/v1/{path}", headers=caller.headers)


def units(response: Response) -> set[str]:
    assert response.status_code == 200, response.text
    return {row["unit_code"] for row in csv.DictReader(io.StringIO(response.text, newline=""))}


@pytest.fixture
def posted(clerk: Caller, neighbour: Caller) -> None:
    assert clerk.post(whole_submission()).status_code == 201
    assert neighbour.post(whole_submission() | {"unit": "441203"}).status_code == 201


@pytest.mark.usefixtures("posted")
def test_a_clerk_pulls_submissions_of_the_own_units_only(clerk: Caller, bureau: Caller) -> None:
    """Counts that rates are made of are open: tests/api/test_counts.py."""
    assert units(pull(clerk, "submissions.csv")) == {"441202"}
    assert units(pull(bureau, "submissions.csv")) == {"441202", "441203"}
    for asked in ("unit=441203", "unit=441202&unit=441203"):
        assert refusal(pull(clerk, f"submissions.csv?{asked}"), 403)["code"] == "unit_forbidden"


@pytest.mark.usefixtures("posted")
def test_every_units_rates_and_progress_are_open_to_a_clerk(clerk: Caller) -> None:
    assert {"441202", "441203"} <= units(pull(clerk, "rates.csv"))
    assert {"441202", "441203"} <= units(pull(clerk, "progress.csv"))


@pytest.mark.usefixtures("posted")
def test_sdmx_is_the_plain_pull_in_another_form_with_the_same_rights(clerk: Caller, bureau: Caller) -> None:
    def areas(response: Response) -> set[str]:
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
        return {row["REF_AREA"] for row in csv.DictReader(io.StringIO(response.text, newline=""))}

    assert areas(pull(clerk, "observations.sdmx.csv?element=exempt_site")) == {"441202"}
    closed = pull(clerk, "observations.sdmx.csv?unit=441203&element=exempt_site")
    assert refusal(closed, 403)["code"] == "unit_forbidden"
    assert {"441202", "441203"} <= areas(pull(clerk, "rates.sdmx.csv"))
    page = pull(bureau, "observations.sdmx.csv?limit=50")
    assert areas(page) == {"441202", "441203"}
    assert page.headers["link"].startswith('</api/v1/observations.sdmx.schema.json>; rel="describedby"')
    assert 'rel="next"' in page.headers["link"]
    assert pull(bureau, "observations.sdmx.schema.json").json()["fields"][0]["name"] == "STRUCTURE"


@pytest.mark.usefixtures("posted")
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("observations.schema.json?lang=en", "parameter_unknown"),
        ("progress.csv?period=2019-09&period=2019-08", "parameter_repeated"),
        ("leaderboard.csv?period=2019-09&period=2019-08", "parameter_repeated"),
        ("progress.csv?period=2019-08&on=2019-10-15", "parameter_conflict"),
        ("submissions?stat=verified", "parameter_unknown"),
        ("observations.sdmx.csv?history=true", "parameter_unknown"),
        *((f"rates.{form}?bom=1", "parameter_unknown") for form in ("json", "xlsx", "parquet")),
        ("units?bom=0", "parameter_unknown"),
    ],
)
def test_a_parameter_that_would_be_ignored_is_refused(clerk: Caller, path: str, code: str) -> None:
    assert refusal(pull(clerk, path), 400)["code"] == code


@pytest.mark.usefixtures("posted")
def test_a_day_and_the_month_it_stands_for_may_both_be_given(clerk: Caller) -> None:
    assert pull(clerk, "progress.csv?period=2019-09&on=2019-10-15").status_code == 200


def test_one_value_given_twice_is_refused_before_anything_is_done(clerk: Caller) -> None:
    answer = clerk.post(whole_submission(), to="?dry_run=true&dry_run=false")
    assert refusal(answer, 400)["code"] == "parameter_repeated"
    assert clerk.get().json()["items"] == []
