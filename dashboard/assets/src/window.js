/* The window: what every page does by itself, without asking the server. Dash begins once this is loaded
 * (dashboard/app.py), for it asks for its clientside functions while it draws the first page. */
import { watch_asking } from "./acts/asking.js";
import { watch_attaching } from "./acts/attaching.js";
import { watch_filling } from "./acts/filling.js";
import { watch_posting } from "./acts/posting.js";
import { watch_courses } from "./charts/courses.js";
import { watch_labels } from "./charts/labels.js";
import { watch_paper } from "./charts/paper.js";
import { forget_all } from "./form/kept_typing.js";
import { watch_pictures } from "./pictures/saving.js";
import { as_of_entered, month_chosen } from "./window/address.js";
import { script_lost, watch_callbacks } from "./window/callbacks.js";
import { watch_copying } from "./window/copying.js";
import { describe } from "./window/described.js";
import { close_why, open_why, why_answered } from "./window/explaining.js";
import { watch_ledger, watch_retry } from "./window/following.js";
import { follow_address, watch_grid } from "./window/grid.js";
import { watch_menus } from "./window/menus.js";
import { hide } from "./window/notice.js";
import { leave, watch_place } from "./window/place.js";
import { watch_rail } from "./window/rail.js";
import { watch_scripts } from "./window/scripts.js";
import { toggled } from "./window/theme.js";

const FORM = ["opened", "after_typed", "after_sent", "after_discarded", "after_file", "after_whole", "choose"];
/* Dash's word for "nothing changes"; it is there once Dash calls. */
const nothing = () => window.dash_clientside.no_update;

/* Another time of the same page, if one was chosen: the reader goes on there where they are here. */
function from_here(search) {
  if (search === undefined) {
    return nothing();
  }
  leave();
  return search;
}
/* Dash's clientside functions of the window. */
window.dash_clientside.biaochi = {
  describe: (described) => {
    follow_address();
    return describe(described) ?? nothing();
  },
  toggle_theme: (clicks, theme) => (clicks ? toggled(theme) : [nothing(), nothing()]),
  choose_month: (month, months) => from_here(month_chosen(window.location.search, month, months)),
  apply_as_of: (clicks, submits) => {
    /* What stands in the field is read from the field: the component passes it on a moment later than the Enter key. */
    const entry = clicks || submits ? document.getElementById("as-of-entry") : null;
    return from_here(entry ? as_of_entered(window.location.search, entry.value) : undefined);
  },
  chosen_row: (rows) => (rows && rows.length ? [rows[0].href, rows[0].unit] : ["", ""]),
  open_why,
  close_why,
  why_answered,
};

/* The monthly form's clientside functions. The modules that do the work come only where there is a form. */
let loading = null;
function form() {
  loading = loading || import("./form/collect.js").catch((failed) => {
    loading = null; /* the next call tries again */
    throw failed;
  });
  return loading;
}
window.dash_clientside.biaochi_collect = Object.fromEntries(
  FORM.map((name) => [name, async (...given) => (await form()).clientside[name](...given)]),
);
if (window.location.pathname === "/collect") {
  form(); /* they load while the page is drawn */
}

watch_scripts({ lost: script_lost, came: hide });
watch_rail();
watch_copying();
watch_menus();
watch_place();
watch_grid();
watch_paper();
watch_callbacks();
watch_ledger();
watch_retry();
watch_asking();
watch_attaching();
watch_filling();
watch_posting();
watch_courses();
watch_labels();
watch_pictures();
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/sign-out") {
    forget_all(() => window.localStorage); /* nothing typed is left behind for the next one at this computer */
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest('[data-does="print"]')) {
    window.print();
  }
});
