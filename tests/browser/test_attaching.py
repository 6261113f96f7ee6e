"""Files of an answer in a real browser: chosen by keyboard, refused by name, and nothing that was typed is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import FilePayload, Page, expect

from metrics.commands.raise_finding import FindingGiven, raise_finding
from metrics.database import Sessions
from metrics.supervision.rectification import FindingSeverity
from tests.accessibility import grave
from tests.attached import a_pdf, a_png
from tests.clerk_form import UNITS
from tests.posting import REVIEWER
from tests.serving import LiveServer


def test_an_answer_carries_files_and_a_refused_one_takes_nothing_along(
    signed_in: Page, live_server: LiveServer
) -> None:
    due = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    given = FindingGiven(min(UNITS), FindingSeverity.MAJOR, "窗口只受理部分事项", due, target="TG-19B")
    with Sessions(live_server.database.engine).write() as session:
        raise_finding(session, "PH2", principal=REVIEWER, given=given)
    signed_in.goto(f"{live_server.url}/phases/PH2/findings/1?lang=en")
    signed_in.locator("#answer-text").fill("已扩至全部事项")
    button = signed_in.get_by_role("button", name="Choose files …")
    with signed_in.expect_file_chooser() as choosing:
        button.press("Enter")
    assert choosing.value.is_multiple()
    sent = {"照片.png": a_png(), "报告.pdf": a_pdf("1"), "脚本.exe": b"MZ"}
    choosing.value.set_files(
        [FilePayload(name=name, mimeType="application/octet-stream", buffer=held) for name, held in sent.items()]
    )
    said = signed_in.locator("[data-attaching] [data-said]")
    expect(said.locator(".refused")).to_contain_text("脚本.exe: ")
    expect(said).to_contain_text("照片.png is attached")
    expect(signed_in.locator("[data-attached] input:checked")).to_have_count(2)
    expect(button).to_be_focused()
    assert grave(signed_in) == []
    expect(signed_in.locator("#answer-text")).to_have_value("已扩至全部事项")
    signed_in.get_by_label("照片.png").uncheck()
    signed_in.get_by_role("button", name="Send the answer").click()
    expect(signed_in.locator(".outcome-done")).to_contain_text("The answer to finding 1 is sent")
    expect(signed_in.locator("table.texts, .texts").get_by_role("link", name="报告.pdf")).to_be_visible()
    expect(signed_in.get_by_role("link", name="照片.png")).to_have_count(0)
