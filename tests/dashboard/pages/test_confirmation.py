"""The page behind a link to sign by: open to whoever holds one, and says of every other what it is."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from dashboard.grids.differences import figure_text
from metrics.database import WriteSession
from metrics.models import Confirmation
from metrics.queries.confirmations import LinkState
from tests.builders import whole_values
from tests.callers import stored
from tests.links import CODES, LEADER, a_link, appoint, link_in_state
from tests.posting import post

SHEET = "/confirm/sheet"
WORDS = {
    LinkState.USED: ("用于签发", "was used to sign"),
    LinkState.NEWER_LINK: ("已另发新链接", "A newer link was sent"),
    LinkState.NEWER_REVISION: ("内容已有更正", "was revised"),
    LinkState.LEADER_CHANGED: ("分管领导的登记已变更", "unit's leader has changed".replace("'", "&#39;")),
    LinkState.EXPIRED: ("过期", "expired on"),
    LinkState.SIGNED: ("已签发，无需再办", "signed off already"),
    LinkState.SENT_BACK: ("已退回", "was sent back"),
    LinkState.OPEN: ("待您签发", "awaits your signature"),
}


def held(secret: str) -> dict[str, str]:
    return {"Confirmation-Token": secret, "Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize("state", LinkState)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_link_is_said_to_be_what_it_is(
    client: TestClient, session: WriteSession, state: LinkState, language: str
) -> None:
    secret, signs = link_in_state(session, state).secret, CODES[state] is None
    before, search = stored(session), f"?lang={language}"
    looked = client.get(SHEET + search, headers=held(secret))
    assert looked.status_code == (200 if signs else 409)
    assert WORDS[state][language == "en"] in looked.text
    assert ("data-signs" in looked.text) == signs
    assert stored(session) == before
    done = client.post(SHEET + search, headers=held(secret))
    assert done.status_code == (201 if signs else 409)
    if signs:
        assert ("签发" if language == "zh" else "signed off by") in done.text
        again = client.post(SHEET + search, headers=held(secret))
        assert (again.status_code, WORDS[LinkState.USED][language == "en"] in again.text) == (409, True)
    else:
        assert WORDS[state][language == "en"] in done.text
        assert stored(session) == before


@pytest.mark.parametrize("secret", ["", "A" * 43])
def test_what_is_no_link_shows_nothing(client: TestClient, session: WriteSession, secret: str) -> None:
    link_in_state(session, LinkState.OPEN)
    for answer in (client.get(SHEET, headers=held(secret)), client.post(SHEET, headers=held(secret))):
        assert (answer.status_code, "链接无效" in answer.text) == (404, True)
        assert "端州" not in answer.text


def test_the_page_itself_knows_of_no_link_and_lets_nobody_keep_it(client: TestClient, session: WriteSession) -> None:
    secret = link_in_state(session, LinkState.OPEN).secret
    for method in ("GET", "HEAD"):  # as scanners of mails ask
        answer = client.request(method, "/confirm")
        assert answer.status_code == 200
    for answer in (client.get("/confirm"), client.get("/confirm?lang=en"), client.get(SHEET, headers=held(secret))):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert re.findall(r"https?://", policy) == []
        assert secret not in answer.text
        assert secret not in str(answer.headers)
    assert session.scalars(select(Confirmation.used_at)).all() == [None]
    assert client.post("/confirm").status_code == 405


def test_every_figure_its_last_month_s_and_the_difference_are_there_and_what_clerks_wrote_is_text(
    client: TestClient, session: WriteSession
) -> None:
    appoint(session)
    post(session, period="2019-08", changes={"items_instant": 340})
    number = post(session, note="<img src=x onerror=alert(1)>", changes={"materials_current": 5100}).id
    assert number is not None
    answer = client.get(SHEET, headers=held(a_link(session, number).secret)).text
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', answer, re.DOTALL)
    assert len(rows) == len(whole_values())
    (instant,) = (row for row in rows if "即办件" in row)
    assert re.findall(r"<td[^>]*>([^<]*)</td>", instant) == ["340", "350", "+10"]
    (materials,) = (row for row in rows if ">5,100<" in row)
    assert "sign-behind" in materials
    assert figure_text(None) not in "".join(rows)
    assert "<img" not in answer
    assert "&lt;img" in answer
    assert LEADER in answer


def test_another_site_cannot_sign(client: TestClient, session: WriteSession) -> None:
    secret = link_in_state(session, LinkState.OPEN).secret
    foreign = held(secret) | {"Sec-Fetch-Site": "cross-site"}
    assert client.post(SHEET, headers=foreign).status_code == 403
    assert session.scalars(select(Confirmation.used_at)).all() == [None]
