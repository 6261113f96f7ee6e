/* A menu closes when something else is pressed, and on Escape; Escape also leaves the projector. */

function close(keep) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!keep || !menu.contains(keep)) {
      menu.removeAttribute("open");
      if (!keep) {
        menu.querySelector("summary").focus();
      }
    }
  });
}
function escaped() {
  const open = document.querySelector("details.menu[open], .mantine-Drawer-content, [role=listbox]");
  close(null);
  if (!open) {
    document.querySelector(".leave-projector")?.click();
  }
}
export function watch_menus() {
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      escaped();
    }
  });
}
