/* Drawings: elements, a drawing read from text and put in its place, the page's colours as a file may say them. */

export const NS = "http://www.w3.org/2000/svg";
export const WIDTH = 1200; /* px of a picture */
export const EDGE = 24; /* px around what stands on it */
export const ROOM = WIDTH - 2 * EDGE; /* px for what stands on it */

export function element(name, attributes, text) {
  const made = document.createElementNS(NS, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}
export function parsed(text) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (root.nodeName !== "svg") {
    throw new Error("not a drawing");
  }
  return document.importNode(root, true);
}
/* The drawing that an image of the page shows, from its data address. */
export function drawing_of(image) {
  return parsed(decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1)));
}
export function placed(drawing, { x, y, width, height }) {
  if (!drawing.getAttribute("viewBox")) {
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
  Object.entries({ x, y, width, height }).forEach(([key, value]) => drawing.setAttribute(key, value));
  return drawing;
}
/* A colour or the font of the page's theme. */
export function token(name) {
  return window.getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}
let dot = null; /* one pixel to mix colours on */

/* A colour as a file may say it everywhere: mixed ones are computed, and their transparency stands apart. */
export function plain(colour) {
  dot = dot || document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  dot.clearRect(0, 0, 1, 1);
  dot.fillStyle = colour;
  dot.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = dot.getImageData(0, 0, 1, 1).data;
  return { fill: `rgb(${red},${green},${blue})`, "fill-opacity": (alpha / 255).toFixed(3) };
}
