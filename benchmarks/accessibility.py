"""`python -m benchmarks.accessibility`: axe on every page, in both languages and both themes.

The service runs with the demonstration's figures. Prints a line for each grave finding and how long it took; exit
code 1 if there is one.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from dashboard.routes import ROUTES
from tests.accessibility import PAGES, grave, unfold
from tests.browsing import chromium
from tests.ports import free_port
from tests.serving import environment, start, stop, wait_until_ready

MORE = (
    *(route.example for route in ROUTES if route.unwalked),
    ("evaluator", "/?targets=all"),
    ("evaluator", "/targets/TG-08A"),
    ("evaluator", "/tasks?show=table"),
    ("evaluator", "/nowhere"),
    ("evaluator", "/periods"),
    ("clerk", "/"),
    ("clerk", "/units/441202"),
    ("admin", "/"),
)
LANGUAGES, THEMES = ("zh", "en"), ("light", "dark")


def main() -> int:
    """Walk the pages on a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder), free_port()
        process = start(["serve"], variables=environment(home, BIAOCHI_PORT=str(port)), log=home / "serve.log")
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, home / "serve.log")
            accounts = json.loads((home / "demo-accounts.json").read_text(encoding="utf-8"))
            found, looked, seconds = _walk(f"http://127.0.0.1:{port}", accounts)
        finally:
            stop(process)
    sys.stdout.write(f"{looked} pages looked at in {seconds:.0f} s: {found} grave findings\n")
    return 1 if found else 0


def _walk(url: str, accounts: list[dict[str, str]]) -> tuple[int, int, float]:
    """How many grave findings on how many pages, and how long it took."""
    begun, found, looked = time.monotonic(), 0, 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), chromium_sandbox=False)
        for who in dict.fromkeys(who for who, _page in (*PAGES, *MORE)):
            context = browser.new_context(
                viewport={"width": 1280, "height": 720}, locale="zh-CN", reduced_motion="reduce"
            )
            account = next((account for account in accounts if account["role"] == who), None)
            if account is not None:
                _sign_in(context, url, account)
            for address in [path for name, path in (*PAGES, *MORE) if name == who]:
                for language in LANGUAGES:
                    for theme in THEMES:
                        lines = _look(context, url, address, language=language, theme=theme)
                        sys.stdout.writelines(f"{who} {address} {language} {theme}: {line}\n" for line in lines)
                        found, looked = found + len(lines), looked + 1
        browser.close()
    return found, looked, time.monotonic() - begun


def _sign_in(context: BrowserContext, url: str, account: dict[str, str]) -> None:
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.fill("input[name=username]", account["username"])
    page.fill("input[name=password]", account["password"])
    page.keyboard.press("Enter")
    page.wait_for_selector("#content h1")
    page.close()


def _look(context: BrowserContext, url: str, address: str, *, language: str, theme: str) -> list[str]:
    context.add_cookies([{"name": "biaochi_theme", "value": theme, "url": url}])
    path, _hash, fragment = address.partition("#")
    page = context.new_page()
    page.goto(f"{url}{path}{'&' if '?' in path else '?'}lang={language}" + (f"#{fragment}" if fragment else ""))
    page.wait_for_selector("#content h1, .sign-in-card")
    if fragment:
        page.wait_for_selector(".why")
    page.wait_for_load_state("networkidle")
    unfold(page)
    lines = grave(page, every=True)
    page.close()
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
