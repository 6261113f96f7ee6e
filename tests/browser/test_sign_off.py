"""From the clerk's press to the leader's signature: a real mail, its link followed by a real browser, zh and en."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboard.window.access import COOKIE
from metrics.database import Sessions
from tests.accessibility import grave
from tests.databases import Server
from tests.links import LEADER, appoint, link_in, mail_variables, revise, secret_of
from tests.mailboxes import Mailbox, mailbox
from tests.people import browser_session
from tests.ports import free_port
from tests.posting import post
from tests.serving import LiveServer, live


@dataclass(frozen=True)
class Office:
    """A service that sends e-mail to `box`, with one submission of two months, and a clerk's session."""

    server: LiveServer
    box: Mailbox
    number: int
    clerk: str

    def newest_mail(self, *, count: int) -> EmailMessage:
        for _ in range(200):
            if len(self.box.messages) >= count:
                return self.box.messages[-1]
            time.sleep(0.05)
        raise AssertionError(f"{len(self.box.messages)} mails came, not {count}")


@pytest.fixture
def office(server: Server, template: str | None, tmp_path: Path) -> Iterator[Office]:
    port = free_port()
    with mailbox() as box, server.database(template=template) as database:
        with Sessions(database.engine).write() as session:
            clerk = browser_session(session)
            appoint(session)
            post(session, period="2019-08", changes={"items_instant": 340})
            number = post(session, note="请签发").id
            assert number is not None
            revise(session, number, items_instant=351)
        mails = mail_variables(box, public=f"http://127.0.0.1:{port}")
        with live(database, home=tmp_path, port=port, more=mails | {"BIAOCHI_LOG_FORMAT": "json"}) as found:
            yield Office(found, box, number, clerk)


@pytest.fixture
def desk(browser_context: BrowserContext, office: Office) -> Page:
    """The clerk's own browser, with the receipt open."""
    browser_context.add_cookies([{"name": COOKIE, "value": office.clerk, "url": office.server.url}])
    page = browser_context.new_page()
    page.goto(f"{office.server.url}/collect/receipt/{office.number}")
    return page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The leader's phone, where nobody has signed in; what its console complains of fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai")
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.emulate_media(reduced_motion="reduce")
    yield page
    context.close()
    unexpected = [told for told in complaints if "409" not in told and "ERR_FAILED" not in told]
    assert unexpected == []


def test_the_leader_signs_by_the_link_in_the_mail(office: Office, desk: Page, phone: Page) -> None:
    """Read in Chinese and in English, signed in one; what is said then in the other is tested without a browser."""
    desk.get_by_role("button", name="请分管领导签发").click()
    expect(desk.locator(".outcome")).to_contain_text("已发送至分管领导本人的邮箱")
    link = link_in(office.newest_mail(count=1))
    assert secret_of(link) not in desk.content()
    phone.goto(link)
    to_be_signed(phone, "待您签发", press="签发第2版", away="无法连接服务")
    phone.get_by_role("link", name="English").click()
    to_be_signed(phone, "awaits your signature", press="Sign revision 2", away="cannot be reached")
    phone.get_by_role("button", name="Sign revision 2").click()
    expect(phone.locator("main")).to_contain_text("signed off by 李明")
    assert grave(phone) == []
    phone.reload()
    expect(phone.locator("h1")).to_contain_text("This link has been used")
    expect(phone.get_by_role("alert")).to_contain_text("was used to sign")
    phone.get_by_role("link", name="中文").click()
    expect(phone.locator("h1")).to_contain_text("本链接已用过")
    expect(phone.get_by_role("alert")).to_contain_text("用于签发")
    desk.reload()
    expect(desk.locator(".receipt .facts")).to_contain_text("李明 副区长；本人签发（本人邮箱的链接）")
    log = office.server.log.read_text(encoding="utf-8")
    assert "/confirm/sheet" in log
    assert secret_of(link) not in log


def to_be_signed(phone: Page, awaits: str, *, press: str, away: str) -> None:
    """The sheet that the leader reads, and a press that does not reach the service."""
    expect(phone.locator("h1")).to_contain_text(awaits)
    expect(phone.locator("tbody th[scope=row]")).to_have_count(45)
    expect(phone.locator(".confirm .facts")).to_contain_text(LEADER)
    row = phone.locator("tr", has=phone.get_by_text("351", exact=True))
    assert [cell.strip() for cell in row.locator("td").all_inner_texts()] == ["340", "351", "+11"]
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert grave(phone) == []
    phone.route("**/confirm/sheet*", lambda route: route.abort())
    phone.get_by_role("button", name=press).click()
    expect(phone.get_by_role("alert")).to_contain_text(away)
    phone.unroute("**/confirm/sheet*")
