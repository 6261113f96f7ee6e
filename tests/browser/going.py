"""From one page of the window to another, as a link in it leads there."""

from __future__ import annotations

from playwright.sync_api import Page

# The address that Dash's own links set, and then that the window of another address was drawn.
_GO = """(address) => new Promise((there, not_there) => {
  const drawn = () => JSON.stringify(window.dash_component_api.getLayout("drawn").props.data ?? null);
  const before = drawn();
  const until = Date.now() + 60_000;
  const look = () => {
    if (drawn() !== before) {
      requestAnimationFrame(() => requestAnimationFrame(there));
    } else if (Date.now() > until) {
      not_there(new Error(`${address} was not drawn`));
    } else {
      setTimeout(look, 20);
    }
  };
  window.history.pushState(null, "", address);
  window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  look();
})"""


def go_on(page: Page, address: str) -> None:
    """Show `address`, another page, in the window that is open: half of what loading the window anew takes."""
    page.evaluate(_GO, address)
