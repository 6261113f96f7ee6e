"""Links of a page: what is called alike leads to one place, and what a page can be filtered by its files can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from dashboard.pages.findings import FINDING_STATES
from dashboard.pages.slips import STATES
from dashboard.pages.task_choice import UNCONFIRMED
from dashboard.routes import ROUTES
from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.commands.raise_finding import raise_finding
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.database import WriteSession
from metrics.principal import Role
from metrics.publish.catalogue import DATASETS
from metrics.task_reports import TaskState
from tests.dashboard.drawn import said, signed_in, use_secret, window
from tests.metrics.commands.test_rectify_finding import GIVEN, LATER
from tests.people import person
from tests.posting import REVIEWER

# Whose links have their names from what stands around them: heads of rows and columns, the other choices of a menu.
_NAMED_AROUND = {"Table", "Details"}
PAGES = [route for route in ROUTES if not route.unwalked]


def links(tree: Any) -> Iterator[tuple[str, str]]:
    """The name and the address of every link that stands by itself."""
    if isinstance(tree, list):
        for part in tree:
            yield from links(part)
    elif isinstance(tree, dict) and "props" in tree:
        props = tree["props"]
        if tree["type"] in _NAMED_AROUND or ("aria-label" in props and tree["type"] in ("Ul", "Ol", "Nav")):
            return
        if props.get("href") and tree["type"] in ("A", "Link"):
            yield props.get("aria-label") or said(tree), props["href"]
        yield from links(props.get("children"))


@pytest.fixture
def followed_up(submissions: WriteSession) -> WriteSession:
    """Figures, with a finding, a slip and a report on a task."""
    raise_finding(submissions, "PH2", principal=REVIEWER, given=GIVEN)
    issue_slip(submissions, principal=REVIEWER, given=SlipGiven("441202", "可办率未达标", "请整改", LATER))
    given = TaskReportGiven("441202", "2019-09", TaskState.IN_PROGRESS, "进展")
    report_task(submissions, 11, principal=REVIEWER, given=given)
    return submissions


def test_no_two_links_of_a_page_are_called_alike_and_lead_elsewhere(
    client: TestClient, followed_up: WriteSession
) -> None:
    """Whoever listens to the list of a page's links has their names alone."""
    for role in {route.example[0] for route in PAGES}:
        person(followed_up, f"the.{role}", role=Role(role))
    alike = []
    for route in PAGES:
        use_secret(client, signed_in(followed_up, f"the.{route.example[0]}"))
        path, _, search = route.example[1].partition("?")
        places: dict[str, set[str]] = {}
        for name, href in links(window(client, path, f"?{search}&lang=en")):
            places.setdefault(name, set()).add(href)
        alike += [(route.example[1], name, hrefs) for name, hrefs in places.items() if len(hrefs) > 1]
    assert [(page, name, sorted(hrefs)[:2]) for page, name, hrefs in alike] == []


FILTERED = [
    *[("/supervise/slips", state, ["slips"]) for state in STATES if state != "all"],
    *[("/phases/PH2", state, ["findings", "rectifications"]) for state in FINDING_STATES],
    ("/tasks", UNCONFIRMED, ["task_reports"]),
]


def test_every_page_that_can_be_filtered_by_state_is_asked_here() -> None:
    """The data page is the datasets' own, and the queue of the review offers no file."""
    filtered = [route for route in ROUTES if "state" in route.keeps and route.path not in ("/data", "/review")]
    assert [route.path for route in filtered if not any(route.match(page) for page, _, _ in FILTERED)] == []


@pytest.mark.parametrize(("path", "state", "files"), FILTERED)
def test_the_files_of_a_filtered_page_are_filtered_alike(
    evaluator: TestClient, followed_up: WriteSession, path: str, state: str, files: list[str]
) -> None:
    tree = window(evaluator, path, f"?state={state}&lang=en")
    pulls = {urlsplit(href).path.rpartition("/")[2]: href for _, href in links(tree) if href.startswith("/api/v1/")}
    for name in files:
        href = pulls[f"{name}.csv"]
        assert parse_qs(urlsplit(href).query)["state"] == [state]
        assert evaluator.get(href).status_code == 200


def test_what_a_page_can_be_filtered_by_a_dataset_can_be() -> None:
    words = {
        "slips": set(STATES) - {"all"},
        "slip_acts": set(STATES) - {"all"},
        "findings": set(FINDING_STATES),
        "rectifications": set(FINDING_STATES),
    }
    assert {name: set(DATASETS[name].states) for name in words} == words
    assert UNCONFIRMED in DATASETS["task_reports"].states
    assert "task_silence" in DATASETS  # what the tasks are filtered by as well is a dataset of its own
    assert all(("state" in dataset.parameters) is bool(dataset.states) for dataset in DATASETS.values())


def test_rows_of_a_dataset_are_those_of_the_states_asked_for(evaluator: TestClient, followed_up: WriteSession) -> None:
    def count(name: str, *states: str) -> int:
        answer = evaluator.get(f"/api/v1/{name}.json", params={"state": list(states)})
        assert answer.status_code == 200, answer.text
        return len(answer.json())

    assert [count("slips", "issued"), count("slips", "open"), count("slips", "late")] == [1, 1, 0]
    assert [count("slips", "closed", "issued"), count("slip_acts", "closed")] == [1, 0]
    assert [count("findings", "open"), count("findings", "overdue"), count("findings", "closed")] == [1, 0, 0]
    assert [count("task_reports", "unconfirmed"), count("task_reports", "confirmed")] == [1, 0]
    refused = evaluator.get("/api/v1/slips.json", params={"state": "lost"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "parameter_invalid")
