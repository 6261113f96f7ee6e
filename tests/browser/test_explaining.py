"""Explanations that come late, and in another order than they were asked for: what is asked last is what is shown."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.serving import LiveServer

# Every explanation waits until it is let go; `held` are those asked for and still waiting, in their order.
_HOLD = """
window.held = [];
const at_once = window.fetch;
window.fetch = (what, how) =>
  typeof how?.body === "string" && how.body.includes('"property":"hash"')
    ? new Promise((go) => window.held.push(() => go(at_once(what, how))))
    : at_once(what, how);
"""
_WAIT = "(n) => window.held.length >= n"
_LET_GO = """(newest_first) => {
  const waiting = window.held.splice(0);
  (newest_first ? waiting.reverse() : waiting).forEach((go) => go());
}"""
_SETTLED = """(fragment) =>
  window.dash_component_api.getLayout("explained").props.data?.endsWith(" " + fragment)"""
A, B = "441202/TG-05A", "441203/TG-05A"
SAYS = {A: "699 ÷ 1,000 × 100", B: "850 ÷ 1,000 × 100"}
# What is done before any explanation comes, whether the newest comes first, and what is shown in the end.
STEPS: tuple[tuple[tuple[str, ...], bool, str | None], ...] = (
    ((A,), True, A),  # while the first, empty explanation of the page is on its way
    (("close", B, "close", A, "close", B), True, B),
    (("back", A, "back", B, "back"), False, None),
    ((B, "close", A), False, A),
    (("close", B, "close"), True, None),
)


def test_what_is_asked_last_is_explained_however_late(evaluator: Page, live_server: LiveServer) -> None:
    page, asked, shown = evaluator, 1, None
    page.add_init_script(_HOLD)
    page.goto(f"{live_server.url}/?month=2019-09&lang=en")
    page.wait_for_selector(".matrix")
    dialog = page.get_by_role("dialog")
    for steps, newest_first, wanted in STEPS:
        for step in steps:
            if step == "close":
                expect(dialog.locator(":focus")).to_have_count(1)  # until it has the keyboard it hears no key
                page.keyboard.press("Escape")
            elif step == "back":
                page.go_back()
            else:
                page.locator(f'.matrix a[href="#why={step}"]').first.press("Enter")
            expect(dialog).to_have_count(0 if step in ("close", "back") else 1)  # at once, without an answer
            if step != shown:
                expect(page.locator(".why")).not_to_be_visible()  # never an earlier one in its place
            page.wait_for_function(_WAIT, arg=asked + 1)
            asked += 1
        page.evaluate(_LET_GO, newest_first)
        page.wait_for_function(_SETTLED, arg=f"#why={wanted}" if wanted else "")
        asked, shown = 0, wanted
        if wanted is None:
            expect(dialog).to_have_count(0)
            assert "#why" not in page.url
        else:
            expect(dialog).to_contain_text(SAYS[wanted])
            assert page.url.endswith(f"#why={wanted}")
