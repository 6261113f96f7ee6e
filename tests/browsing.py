"""A browser for tests: the system's Chromium, driven by Playwright. Without one the tests fail; they never skip."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# The first is the same browser without a window to draw: a page takes a tenth to a third less of a processor in it.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
    "--process-per-site",  # pages of one profile run in one process: whatever they load is compiled there once
    # What was compiled is kept, and not compiled a second time to run fast: no page is open long enough to gain by it.
    "--js-flags=--no-flush-bytecode,--no-opt,--no-maglev",
)
_SITE = "http://127.0.0.1:8000/"  # the site of every service of the tests, whatever its port
_KEPT_BY_PAGES = "local_storage,indexeddb,cache_storage,service_workers,file_systems,websql"
PATIENCE = 60_000  # ms until what is expected must be seen; other work may be going on beside the tests
_HOW_TO_INSTALL = """\
the browser tests need Chromium and a Chinese font. Install them and run the tests again:
  Debian, Ubuntu:  sudo apt-get install chromium-headless-shell fonts-noto-cjk
  Fedora:          sudo dnf install chromium google-noto-sans-cjk-fonts
  Arch:            sudo pacman -S chromium noto-fonts-cjk
  macOS:           brew install --cask chromium
or set BIAOCHI_TEST_CHROMIUM to the path of a Chromium or Chrome."""


@lru_cache(maxsize=1)
def chromium() -> str:
    """The path of a Chromium, installed now if there is none and we may. Else the test fails, saying what to do."""
    found = _installed()
    if found is None and platform.system() == "Linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = _installed()
    if found is None:
        pytest.fail(_HOW_TO_INSTALL, pytrace=False)
    return found


def _installed() -> str | None:
    named = os.environ.get("BIAOCHI_TEST_CHROMIUM")
    if named:
        return named
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def _install() -> None:
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "check": False, "capture_output": True}
    subprocess.run(["apt-get", "update", "-q"], **quiet)  # type: ignore[call-overload]  # noqa: S607  found on PATH
    subprocess.run(  # type: ignore[call-overload]
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium-headless-shell", "fonts-noto-cjk"],  # noqa: S607
        **quiet,
    )


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser for the block. It does not look for updates or any other host."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(
            executable_path=chromium(), headless=True, chromium_sandbox=False, args=list(_FLAGS)
        )
        yield browser
        browser.close()


class Profile:
    """A profile that tests have one after the other, so that the second loads and compiles no script once more.

    One page stays open that holds nothing: without any, the process of the others would end with each test.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self._staying = context.new_page()
        self._staying.route("**", lambda route: route.fulfill(body=""))  # nobody is asked
        self._staying.goto(_SITE)
        self._storage = context.new_cdp_session(self._staying)

    def empty(self) -> None:
        """As a new profile, but for what its cache holds of the service's own files."""
        for page in self.context.pages:
            if page is not self._staying:
                page.close()
        self._storage.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": _KEPT_BY_PAGES})
        self.context.clear_cookies()
        self.context.clear_permissions()
        self.context.set_offline(False)
        self.context.unroute_all()


@contextmanager
def desk_profile(browser: Browser) -> Iterator[Profile]:
    """A profile for the block: 1280 × 720, Chinese, the city's time zone."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield Profile(context)
    context.close()


@pytest.fixture(scope="module")
def profile(browser: Browser) -> Iterator[Profile]:
    """The profile of a module's tests."""
    with desk_profile(browser) as profile:
        yield profile


@pytest.fixture
def browser_context(profile: Profile) -> Iterator[BrowserContext]:
    """A profile in which nothing is kept of an earlier test: no page, no cookie, no storage, no permission."""
    yield profile.context
    profile.empty()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """A blank page of a fresh profile."""
    page = browser_context.new_page()
    page.set_default_timeout(PATIENCE)
    return page
