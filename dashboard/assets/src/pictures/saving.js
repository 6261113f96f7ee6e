/* A chart saved as a picture: the finding above it, the times and the clause below it, as SVG or PNG. Nothing leaves
 * the browser: the parts are put together as one SVG, which a canvas turns into a PNG. */
import { graph_part, tiles_part } from "./graph_parts.js";
import { page_part } from "./page_part.js";
import { as_png, as_svg, sheet_of } from "./sheet.js";

const FETCHED = 60_000; /* ms until what was saved may be let go of */

function part_of(frame) {
  const plot = frame.querySelector(".js-plotly-plot");
  const tiles = Array.from(frame.querySelectorAll(".multiple")).filter((tile) => tile.checkVisibility()); /* not what is folded */
  if (plot) {
    return graph_part(plot);
  }
  const drawn = frame.querySelector("[data-drawn]");
  return tiles.length ? tiles_part(tiles) : page_part(drawn.querySelector("table") || drawn);
}
function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), FETCHED);
}
async function save_picture(frame, form) {
  const told = JSON.parse(frame.getAttribute("data-picture"));
  const sheet = sheet_of(told, await part_of(frame));
  save(form === "png" ? await as_png(sheet) : as_svg(sheet), told.file + "." + form);
}
async function pressed(button) {
  const frame = button.closest(".pictured");
  const said = frame.querySelector("[data-failed]");
  button.disabled = true;
  said.textContent = "";
  try {
    await save_picture(frame, button.getAttribute("data-form"));
  } catch {
    said.textContent = said.getAttribute("data-failed");
  }
  button.disabled = false;
}
export function watch_pictures() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest('[data-does="save-picture"]');
    if (button && !button.disabled) {
      pressed(button);
    }
  });
}
