"""P7: `python -m benchmarks.first_paint [LOADS] [HOME]`: how soon the outline of a page is painted in a browser.

The service runs with the demonstration's figures, `biaochi serve` as it is installed; HOME, a folder, keeps them. Every
load is that of a browser that has loaded nothing yet, signed in. Beside each stands a bare page in the same browser and
the same rounds: HTML of as many bytes, with a line of text and nothing to ask for. `after the answer` is from the last
byte of the page to the first content painted; the whole wait begins where the browser is sent to the address. On a busy
machine only the ratio says anything, so how many processes wait is printed with it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx2
from playwright.sync_api import Browser, sync_playwright

from benchmarks.measured import Measured, Size, show
from tests.browsing import chromium
from tests.ports import free_port
from tests.serving import environment, start, stop, wait_until_ready

PAGES = (("evaluator", "/"), ("evaluator", "/targets/TG-05A"), ("clerk", "/collect"))
_LOADS = 10
_AT_MOST = 100  # milliseconds
_PATIENCE = 600  # seconds until the service must be there, with the figures of the demonstration
_PAINTED = """() => new Promise(told => {
  const look = () => {
    const [painted] = performance.getEntriesByName("first-contentful-paint");
    if (!painted) { setTimeout(look, 20); return; }
    const [asked] = performance.getEntriesByType("navigation");
    told({whole: painted.startTime, after: painted.startTime - asked.responseEnd});
  };
  look();
})"""


def measure(_size: Size) -> Iterator[Measured]:
    """The same at every size."""
    yield from of_loads()


def of_loads(loads: int = _LOADS, *, kept: str = "") -> Iterator[Measured]:
    """Two figures a page: the paint after the answer, held to its reach, and the whole wait, beside a bare page's."""
    with tempfile.TemporaryDirectory() as folder, _serving(Path(kept or folder)) as (url, home):
        accounts = {one["role"]: one for one in json.loads((home / "demo-accounts.json").read_text(encoding="utf-8"))}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), chromium_sandbox=False)
            for role, page in PAGES:
                taken = _taken(browser, url, page, accounts[role], loads)
                for which, at_most in (("after", _AT_MOST), ("whole", None)):
                    yield _figure(
                        page, which, [one[which] for one in taken[0]], [one[which] for one in taken[1]], at_most
                    )
            browser.close()


def _figure(page: str, which: str, ours: list[float], bare: list[float], at_most: float | None) -> Measured:
    words = {"after": "first paint after the answer", "whole": "first paint, the whole wait"}
    return Measured(
        "P7",
        f"{words[which]}, {page}",
        "the city's demonstration",
        median(ours),
        f"{median(bare):.0f} ms of a bare page",
        unit="ms",
        at_most=at_most,
        beside={
            "× a bare page": median(ours) / median(bare),
            "least": min(ours),
            "p95": quantiles(ours, n=20, method="inclusive")[-1] if len(ours) > 1 else ours[0],
            "least of a bare page": min(bare),
            "load": os.getloadavg()[0],
        },
    )


def _taken(
    browser: Browser, url: str, page: str, account: dict[str, str], loads: int
) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Milliseconds of each load of ours and of a bare page, in turns; the first of both only warms."""
    cookies = _signed_in(url, account)
    size = len(httpx2.get(f"{url}{page}", cookies={one["name"]: one["value"] for one in cookies}).content)
    ours, bare = list[dict[str, float]](), list[dict[str, float]]()
    with _bare_page(size) as address:
        for turn in range(loads + 1):
            for taken, at, given in ((ours, f"{url}{page}", cookies), (bare, address, [])):
                seen = _painted(browser, at, given)
                if turn:
                    taken.append(seen)
    return ours, bare


def _painted(browser: Browser, address: str, cookies: list[dict[str, Any]]) -> dict[str, float]:
    """What a browser with an empty cache takes, in milliseconds."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN")
    context.add_cookies(cookies)  # type: ignore[arg-type]  # as Playwright spells them
    page = context.new_page()
    page.goto(address, wait_until="commit")
    seen: dict[str, float] = page.evaluate(_PAINTED)
    context.close()
    return seen


def _signed_in(url: str, account: dict[str, str]) -> list[dict[str, Any]]:
    """The cookies of a new session."""
    given = {name: account[name] for name in ("username", "password")}
    answer = httpx2.post(f"{url}/api/v1/session", json=given, headers={"Origin": url})
    answer.raise_for_status()
    return [{"name": name, "value": value, "url": url} for name, value in answer.cookies.items()]


@contextmanager
def _bare_page(size: int) -> Iterator[str]:
    """The address of a page of `size` bytes that says one line and asks for nothing, for the block."""
    line = "<!DOCTYPE html><html lang=en><title>bare</title><body style='margin:0'><p>A line.</p><!--"
    content = f"{line}{' ' * max(0, size - len(line) - 3)}-->".encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said: object) -> None:
            """Nothing is said."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _serving(home: Path) -> Iterator[tuple[str, Path]]:
    """The address of the service with the demonstration's figures in `home`."""
    port, log = free_port(), home / "serve.log"
    process = start(["serve"], variables=environment(home, BIAOCHI_PORT=str(port)), log=log)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log, patience=_PATIENCE)
        yield f"http://127.0.0.1:{port}", home
    finally:
        stop(process)


if __name__ == "__main__":
    loads, folder = [int(argument) for argument in sys.argv[1:2]], "".join(sys.argv[2:3])
    sys.exit(show(of_loads(*loads, kept=folder)))
