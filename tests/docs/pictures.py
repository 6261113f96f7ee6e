"""`python -m tests.docs.pictures ADDRESS ACCOUNTS`: draws every picture of docs/ from a running demonstration.

ADDRESS is the service's, ACCOUNTS its demo-accounts.json. Takes Chromium, LibreOffice and pdftoppm, a minute or two.
What is typed stays behind as one clerk's draft; one file is looked over, and one is sent and refused.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browsing import launched
from tests.serving import ROOT

DOCS = ROOT / "docs"
UNIT, NAME, MONTH, REVISED = "441284", "四会市", "2021-01", "2019-09"
FIRST_ROW, NAMES, GIVEN, LAST_MONTH = 8, 1, 4, 5  # of the template: below its headings; columns of its first sheet
COLOURS = 128
SEEN = 0.5  # of the first sheet of the marked workbook: down to its faults


class Demonstration:
    """A running demonstration, looked at as the people of its accounts."""

    def __init__(self, browser: Browser, address: str, accounts: list[dict[str, Any]]) -> None:
        self.browser, self.address, self.accounts = browser, address, accounts

    @contextmanager
    def seen_by(self, role: str, *, unit: str | None = None) -> Iterator[Page]:
        """A page of 1,280 × 720 px on which an account of the role, of the unit, is signed in."""
        (who, *_others) = [one for one in self.accounts if one["role"] == role and unit in (None, *one["units"])]
        context = self.browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
        secrets = {"username": who["username"], "password": who["password"]}
        answer = context.request.post(f"{self.address}/api/v1/session", data=secrets, headers={"Origin": self.address})
        assert answer.ok, answer.text()
        yield context.new_page()
        context.close()

    def show(self, page: Page, path: str) -> None:
        page.goto(f"{self.address}{path}{'&' if '?' in path else '?'}lang=zh")
        page.wait_for_selector("#content h1")
        page.wait_for_load_state("networkidle")


def overview(shown: Demonstration) -> bytes:
    with shown.seen_by("evaluator") as page:
        shown.show(page, "/")
        return page.screenshot()


def tasks(shown: Demonstration) -> bytes:
    with shown.seen_by("evaluator") as page:
        shown.show(page, "/tasks")
        return page.screenshot()


def printed(shown: Demonstration) -> bytes:
    with shown.seen_by("evaluator") as page, tempfile.TemporaryDirectory() as folder:
        shown.show(page, "/")
        paper = Path(folder) / "overview.pdf"
        paper.write_bytes(page.pdf(prefer_css_page_size=True, print_background=True))
        return _first_page(paper, "-gray")


def review(shown: Demonstration) -> bytes:
    with shown.seen_by("reviewer") as page:
        found = page.request.get(f"{shown.address}/api/v1/submissions?unit={UNIT}&period={REVISED}").json()
        shown.show(page, f"/review/{found['items'][0]['id']}?month={REVISED}")
        return page.screenshot()


def desk(shown: Demonstration) -> bytes:
    with shown.seen_by("clerk", unit=UNIT) as page:
        shown.show(page, "/my")
        return page.screenshot()


def form(shown: Demonstration) -> bytes:
    """With the first block filled in as last month."""
    with shown.seen_by("clerk", unit=UNIT) as page:
        shown.show(page, f"/collect?period={MONTH}")
        block = _filled(_template(page, shown.address)).worksheets[0]
        cells = page.locator(".form-entry input")
        values = [row[GIVEN - 1].value for row in block.iter_rows(min_row=FIRST_ROW + 1, max_row=FIRST_ROW + 7)]
        for place, value in enumerate(values):
            cells.nth(place).fill(str(value))
            cells.nth(place).press("Enter")
        expect(page.locator(".sum-mark").first).not_to_be_empty()
        return page.screenshot()


def preview(shown: Demonstration) -> bytes:
    """A file of the unit's own making: its title names another month, and one column corrects another."""
    with shown.seen_by("clerk", unit=UNIT) as page:
        rows = [
            (row[NAMES - 1].value, row[GIVEN - 1].value)
            for row in _filled(_template(page, shown.address)).worksheets[0].iter_rows(min_row=FIRST_ROW)
            if isinstance(row[GIVEN - 1].value, int | float)
        ]
        book = Workbook()
        sheet = book.worksheets[0]
        lines: list[list[Any]] = [[f"{NAME}2020年12月政务服务报送表"], ["填报项", "本期数", "更正数"], *map(list, rows)]
        lines[-1].append(lines[-1][1] + 1)
        for line in lines:
            sheet.append(line)
        shown.show(page, f"/collect?period={MONTH}")
        files = page.locator("#collect-file input[type=file]")
        files.wait_for(state="attached")
        files.set_input_files(_file(book))
        page.wait_for_selector(".file-preview")
        page.wait_for_load_state("networkidle")
        return page.screenshot()


def marked_workbook(shown: Demonstration) -> bytes:
    """The template with a share and a negative count in it, as it comes back."""
    with shown.seen_by("clerk", unit=UNIT) as page, tempfile.TemporaryDirectory() as folder:
        book = _filled(_template(page, shown.address))
        sheet = book.worksheets[0]
        wrong: dict[str, Any] = {"exempt_one_trip": "85.3%", "items_full_online": -3}
        for row in sheet.iter_rows(min_row=FIRST_ROW):
            if (code := str(row[1].value)) in wrong:
                row[GIVEN - 1].value = wrong[code]
        files = f"{shown.address}/api/v1/submissions/files"
        headers = {"Origin": shown.address, "Idempotency-Key": "picture"}
        refused = page.request.post(files, multipart={"file": _file(book)}, headers=headers)
        assert refused.status == 422, refused.text()
        back = page.request.get(shown.address + refused.json()["annotated"])
        (Path(folder) / "marked.xlsx").write_bytes(back.body())
        _run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, f"{folder}/marked.xlsx")
        whole = Image.open(BytesIO(_first_page(Path(folder) / "marked.pdf")))
        into = BytesIO()
        whole.crop((0, 0, whole.width, round(whole.height * SEEN))).save(into, "png")
        return into.getvalue()


def _template(page: Page, address: str) -> Workbook:
    answer = page.request.get(f"{address}/api/v1/templates/{MONTH}.xlsx?unit={UNIT}")
    assert answer.ok, answer.text()
    return load_workbook(BytesIO(answer.body()))


def _filled(book: Workbook) -> Workbook:
    """With last month's figures for this month's."""
    for row in book.worksheets[0].iter_rows(min_row=FIRST_ROW):
        if isinstance(row[LAST_MONTH - 1].value, int | float):
            row[GIVEN - 1].value = row[LAST_MONTH - 1].value
    return book


def _file(book: Workbook) -> FilePayload:
    into = BytesIO()
    book.save(into)
    return {"name": "报送表.xlsx", "mimeType": "application/octet-stream", "buffer": into.getvalue()}


def _first_page(paper: Path, *how: str) -> bytes:
    _run("pdftoppm", "-r", "84", "-f", "1", "-l", "1", "-singlefile", "-png", *how, str(paper), str(paper)[:-4])
    return paper.with_suffix(".png").read_bytes()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=180)


PICTURES: dict[str, Callable[[Demonstration], bytes]] = {
    "overview": overview,
    "tasks": tasks,
    "printed": printed,
    "review": review,
    "desk": desk,
    "form": form,
    "preview": preview,
    "marked-workbook": marked_workbook,
}
"""What draws each picture, by its name in docs/."""


def main(address: str, accounts: str, *names: str) -> None:
    """Draw the pictures of these names, or all."""
    known = json.loads(Path(accounts).read_text(encoding="utf-8"))
    with launched() as browser:
        shown = Demonstration(browser, address.rstrip("/"), known)
        for name in names or PICTURES:
            drawn = Image.open(BytesIO(PICTURES[name](shown))).convert("RGB")
            drawn.quantize(COLOURS).save(DOCS / f"{name}.png", optimize=True)
            sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
