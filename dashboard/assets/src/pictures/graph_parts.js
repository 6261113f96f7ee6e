/* Charts as parts of a picture: {height, draw(sheet, top)}. */
import { drawing_of, EDGE, element, parsed, placed, ROOM, token } from "./svg.js";

const LEAST_HEIGHT = 420; /* px of a figure */
const TILE = { columns: 4, gap: 16, head: 44 }; /* px, but for the columns */

/* A Plotly figure, drawn anew at the picture's width. */
export async function graph_part(plot) {
  const height = Math.max(plot.clientHeight, LEAST_HEIGHT);
  const text = await window.Plotly.toImage(plot, { format: "svg", width: ROOM, height: height, imageDataOnly: true });
  return {
    height: height,
    draw: (sheet, top) => sheet.appendChild(placed(parsed(text), { x: EDGE, y: top, width: ROOM, height: height })),
  };
}
/* Small charts in rows of four, each under its name and its value with the status's sign. */
export function tiles_part(tiles) {
  const width = (ROOM - (TILE.columns - 1) * TILE.gap) / TILE.columns;
  const first = tiles[0].querySelector("img");
  const height = (width * first.getAttribute("height")) / first.getAttribute("width");
  const step = TILE.head + height + TILE.gap;
  return {
    height: Math.ceil(tiles.length / TILE.columns) * step,
    draw: (sheet, top) => tiles.forEach((tile, place) => {
      const x = EDGE + (place % TILE.columns) * (width + TILE.gap);
      const y = top + Math.floor(place / TILE.columns) * step;
      write_head(sheet, tile, x, y);
      sheet.appendChild(placed(drawing_of(tile.querySelector("img")), { x: x, y: y + TILE.head, width: width, height: height }));
    }),
  };
}
/* The name, and below it the value with the status's sign or, of units side by side, whose the lines of what is due are. */
function write_head(sheet, tile, x, y) {
  const ink = token("ink");
  const sign = tile.querySelector(".sign");
  const write = (left, top, words, style) =>
    sheet.appendChild(element("text", { x: left, y: top, "font-size": 14, ...style }, words));
  write(x, y + 16, tile.querySelector(".multiple-name").textContent, { "font-weight": 600, fill: ink });
  if (sign) {
    write(x, y + 36, tile.getAttribute("data-sign"), { fill: window.getComputedStyle(sign).color });
    write(x + 20, y + 36, tile.querySelector(".multiple-value").textContent, { fill: ink });
    return;
  }
  const own = tile.querySelector(".mark");
  if (own) {
    write(x, y + 36, `§ ${own.title}`, { fill: ink, "font-size": 11 });
  }
}
