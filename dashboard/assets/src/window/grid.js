/* The grid of all units (dashboard/grids/flat_grid.py): which rows and columns it shows stands in the address, and the
 * key that leaves its cells. */
import { with_rows } from "./address.js";

const GRID = "flat-grid";
const CHANGED = ["sortChanged", "filterChanged", "columnMoved"];
const OF_FILTER = ["filterType", "type", "filter", "filterTo"];
const DRAWN_BY = [300, 900, 2700]; /* ms after an address was drawn: where much is to be drawn, some of it comes later */
const watched = new WeakSet();
let pressed = ""; /* the id of the link in the menu of columns that was pressed last */

/* The grid that is on the page; null where there is none, or none yet. */
function current() {
  try {
    const api = window.dash_ag_grid.getApi(GRID);
    return api && !api.isDestroyed() ? api : null;
  } catch {
    return null; /* the library says so with an error */
  }
}
/* From the first time that somebody touches it on, what is done in a grid goes into the address. */
function watch(grid) {
  if (!grid || watched.has(grid)) {
    return;
  }
  watched.add(grid);
  CHANGED.forEach((name) =>
    grid.addEventListener(name, (happened) => {
      if (happened.source !== "api" && happened.finished !== false) {
        window.setTimeout(() => tell_address(grid), 0); /* once the grid is done with it */
      }
    }),
  );
}
function columns() {
  return JSON.parse(document.querySelector(".flat-region")?.dataset.columns ?? "[]");
}
/* What the grid shows, as an address says it (dashboard/grids/flat_choice.py); nothing of what is as it is given. */
function shown_now(grid) {
  const states = grid.getColumnState();
  const names = columns();
  const sorted = states.filter((one) => one.sort).sort((one, other) => one.sortIndex - other.sortIndex);
  const shown = states.filter((one) => !one.hide).map((one) => one.colId);
  const pinned = states.filter((one) => one.pinned && one.colId !== names[0]).map((one) => one.colId);
  const filters = Object.entries(grid.getFilterModel()).map(([name, model]) => [name, told_of(model)]);
  return {
    ...(sorted.length ? { sortModel: sorted.map(({ colId, sort }) => ({ colId, sort })) } : {}),
    ...(filters.length ? { filterModel: Object.fromEntries(filters) } : {}),
    ...(shown.join() === names.join() ? {} : { shown }),
    ...(pinned.length ? { pinned } : {}),
  };
}
function told_of(model) {
  const there = OF_FILTER.filter((name) => model[name] !== null && model[name] !== undefined);
  return Object.fromEntries(there.map((name) => [name, String(model[name])]));
}
function tell_address(grid) {
  if (grid.isDestroyed()) {
    return;
  }
  const now = shown_now(grid);
  const before = asked_for();
  const search = with_rows(window.location.search, now);
  if (same(now, before)) {
    return;
  }
  /* Typing on in a filter is one step of the reader's; everything else is one that leads back. */
  const place = window.location.pathname + search + window.location.hash;
  if (same(kinds_of(now), kinds_of(before))) {
    window.history.replaceState(window.history.state, "", place);
  } else {
    window.history.pushState(null, "", place);
  }
  window.dash_clientside.set_props("url", { search: search });
}
/* A choice without what is looked for. */
function kinds_of(choice) {
  return { ...choice, filterModel: Object.keys(choice.filterModel ?? {}).sort() };
}
function same(one, other) {
  const told = ({ sortModel = [], filterModel = {}, shown = [], pinned = [] }) =>
    JSON.stringify([sortModel, Array.isArray(filterModel) ? filterModel : sorted_filters(filterModel), shown, [...pinned].sort()]);
  return told(one) === told(other);
}
function sorted_filters(filters) {
  return Object.keys(filters)
    .sort()
    .map((name) => [name, told_of(filters[name])]);
}
/* What the address asks for; nothing where it asks for columns that this grid does not have, or is not understood. */
function asked_for() {
  try {
    const told = JSON.parse(new URLSearchParams(window.location.search).get("rows") ?? "{}");
    return typeof told === "object" && told && !Array.isArray(told) ? told : {};
  } catch {
    return {};
  }
}
/* Another address of the page was drawn: the grid shows what it asks for, if it does not already. */
export function follow_address() {
  DRAWN_BY.forEach((soon) => window.setTimeout(keep_place, soon));
  const grid = window.location.pathname === "/flat" ? current() : null;
  if (!grid) {
    return;
  }
  const names = columns();
  const wanted = about(asked_for(), names);
  if (same(wanted, shown_now(grid))) {
    return;
  }
  const shown = wanted.shown ?? names;
  const sorts = wanted.sortModel ?? [];
  const state = [...shown, ...names.filter((name) => !shown.includes(name))].map((name) => ({
    colId: name,
    hide: !shown.includes(name),
    pinned: name === names[0] || (wanted.pinned ?? []).includes(name) ? "left" : null,
    ...place_of(sorts, name),
  }));
  grid.applyColumnState({ state: state, applyOrder: true });
  if (!same({ filterModel: wanted.filterModel }, { filterModel: shown_now(grid).filterModel })) {
    grid.setFilterModel(wanted.filterModel ?? {});
  }
}
/* As the grid itself says it, so that an order that stays is none to be asked for anew. */
function place_of(sorts, name) {
  const at = sorts.findIndex((one) => one.colId === name);
  return at < 0 ? { sort: null, sortIndex: null } : { sort: sorts[at].sort, sortIndex: at };
}
/* Whoever pressed a link of the menu goes on there, until the next key or click: it is drawn anew with the page around
 * the grid, and so it may be by what was asked for before. */
function keep_place() {
  const link = document.getElementById(pressed);
  if (link && document.activeElement === document.body) {
    link.closest("details").open = true;
    link.focus({ preventScroll: true });
  }
}
/* What a choice says of these columns; the first is always shown. */
function about(choice, names) {
  const known = (given) => given.filter((name) => names.includes(name));
  const shown = choice.shown ? [...new Set([names[0], ...known(choice.shown)])] : names;
  const sorts = (choice.sortModel ?? []).filter((one) => names.includes(one.colId));
  const filters = Object.entries(choice.filterModel ?? {}).filter(([name]) => names.includes(name));
  const pinned = known(choice.pinned ?? []);
  return {
    ...(sorts.length ? { sortModel: sorts } : {}),
    ...(filters.length ? { filterModel: Object.fromEntries(filters) } : {}),
    ...(shown.join() === names.join() ? {} : { shown }),
    ...(pinned.length ? { pinned } : {}),
  };
}

/* Tab leaves the cells, of which there may be tens of thousands: for the chosen row's unit, backwards for the heading. */
function leave(cell, backwards) {
  const chosen = document.getElementById("flat-chosen");
  const name = CSS.escape(cell.getAttribute("col-id"));
  const heading = cell.closest("[role=grid]")?.querySelector(`[role=columnheader][col-id="${name}"]`);
  const next = backwards ? heading : chosen?.textContent ? chosen : chosen?.parentElement;
  next?.focus();
  return Boolean(next);
}
export function watch_grid() {
  document.addEventListener("keydown", () => (pressed = ""), true);
  document.addEventListener("click", (event) => (pressed = event.target.closest?.(".flat-columns a")?.id ?? ""), true);
  ["focusin", "pointerdown"].forEach((name) =>
    document.addEventListener(name, (event) => event.target.closest?.("#" + GRID) && watch(current()), true),
  );
  document.addEventListener(
    "keydown",
    (event) => {
      const cell = event.key === "Tab" ? event.target.closest(".ag-cell") : null;
      if (cell && leave(cell, event.shiftKey)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true,
  );
}
