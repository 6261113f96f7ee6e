"""The main job, as its users do it: a clerk's submission over HTTP changes a light in the browser and a CSV row."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from dashboard.window.access import COOKIE
from metrics.commands.tokens import issue_token, usual_expiry
from metrics.commands.users import add_user
from metrics.database import Sessions
from metrics.principal import Role
from tests.browser.signing_in import show_code
from tests.builders import whole_submission
from tests.people import signed_in
from tests.serving import PATIENCE, LiveServer

PASSWORD = "nine quiet rivers"


@pytest.fixture(scope="module")
def tokens(live_server: LiveServer) -> dict[Role, str]:
    """A clerk of 端州区 and an evaluator, with a token each; the evaluator signs in with PASSWORD."""
    now, found = datetime.now(UTC), {}
    ends = usual_expiry(now=now)
    with Sessions(live_server.database.engine).write() as session:
        for role, units in ((Role.CLERK, {"441202"}), (Role.EVALUATOR, set())):
            add_user(
                session,
                f"the.{role.value}",
                display_name="测",
                role=role,
                units=units,
                password=PASSWORD,
                known_units={"441202"},
                now=now,
            )
            found[role] = issue_token(session, f"the.{role.value}", name="test", expires_at=ends, now=now).secret
    return found


def sign_in(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/sign-in")
    page.fill("input[name=username]", "the.evaluator")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    show_code(page, server, "the.evaluator")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def as_user(page: Page, server: LiveServer, username: str) -> None:
    """Give the page a session of the account's, for tests that are not about signing in."""
    with Sessions(server.database.engine).write() as session:
        secret = signed_in(session, username).secret
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": server.url}])


def post(server: LiveServer, token: str, *, key: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    body = whole_submission(**fields.pop("values", {})) | fields
    answer = httpx2.post(
        f"{server.url}/api/v1/submissions",
        json=body,
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key, **(headers or {})},
        timeout=PATIENCE,
    )
    assert answer.status_code == 201, answer.text
    return answer


def csv_row(server: LiveServer, token: str) -> dict[str, str]:
    """端州区's row for the 70 % target, judged at the end of September 2019."""
    answer = httpx2.get(
        f"{server.url}/api/v1/progress.csv",
        params={"unit": "441202", "target": "TG-05A", "on": "2019-09-30"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=PATIENCE,
    )
    assert answer.status_code == 200, answer.text
    return next(csv.DictReader(io.StringIO(answer.text)))


def test_a_posted_submission_changes_the_light_and_the_row(
    live_server: LiveServer, tokens: dict[Role, str], page: Page
) -> None:
    outside: list[str] = []
    own = (live_server.url, "data:", "blob:")
    page.on("request", lambda request: outside.append(request.url) if not request.url.startswith(own) else None)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sign_in(page, live_server)

    overview = f"{live_server.url}/?month=2019-09"
    cell = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="端州区")).get_by_role("cell").nth(1)
    reader = tokens[Role.EVALUATOR]
    assert csv_row(live_server, reader)["status"] == "no_data"

    first = post(live_server, tokens[Role.CLERK], key="main-job-1", values={"items_online": 694})
    page.goto(overview)
    expect(cell).to_contain_text("69.40")
    expect(cell).to_contain_text("滞后")
    row = csv_row(live_server, reader)
    assert (row["value"], row["status"], row["light"]) == ("69.40", "behind", "amber")

    post(
        live_server,
        tokens[Role.CLERK],
        key="main-job-2",
        values={"items_online": 700},
        reason="漏计6项",
        headers={"If-Match": first.headers["etag"]},
    )
    page.reload()
    expect(cell).to_contain_text("70.00")
    expect(cell).to_contain_text("达标")
    row = csv_row(live_server, reader)
    assert (row["value"], row["status"], row["timing"], row["light"]) == ("70.00", "met", "on_time", "green")

    page.goto(f"{overview}&lang=en")
    expect(page.get_by_role("rowheader", name="Duanzhou District")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert outside == []
    assert complaints == []
