/* The picture as one drawing: the finding above its part, the times and the clause below; and that drawing as a PNG. */
import { EDGE, element, NS, ROOM, token, WIDTH } from "./svg.js";
import { wrapped } from "./wrapping.js";

const PNG_SCALE = 2;
const LINE = 1.43; /* of the letters' size */

/* told: {title, under, foot}, the last two as paragraphs. part: {height, draw(sheet, top)}. */
export function sheet_of(told, part) {
  const sheet = element("svg", { "xmlns": NS, "font-family": token("font").replace(/"/g, "'"), "width": WIDTH });
  const ground = sheet.appendChild(element("rect", { width: "100%", height: "100%", fill: token("paper") }));
  let top = written(sheet, [told.title], EDGE, { size: 20, weight: 600, fill: token("ink") });
  top = written(sheet, told.under, top, { size: 14, fill: token("muted") }) + 16;
  part.draw(sheet, top);
  top = written(sheet, told.foot, top + part.height + 12, { size: 12, fill: token("muted") }) + EDGE;
  sheet.setAttribute("height", top);
  sheet.setAttribute("viewBox", `0 0 ${WIDTH} ${top}`);
  ground.setAttribute("height", top);
  return { text: new XMLSerializer().serializeToString(sheet), height: top };
}
/* Writes paragraphs below each other from `top`; answers where the next thing may stand. */
function written(sheet, texts, top, { size, weight = 400, fill }) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${weight} ${size}px ${token("font")}`;
  const step = Math.round(size * LINE);
  const lines = texts.flatMap((text) => wrapped(text, { width: ROOM, measured: (line) => pen.measureText(line).width }));
  lines.forEach((line, at) => {
    const y = top + (at + 1) * step - Math.round(step * 0.28);
    sheet.appendChild(element("text", { x: EDGE, y: y, "font-size": size, "font-weight": weight, fill: fill }, line));
  });
  return top + lines.length * step;
}
export async function as_png(sheet) {
  const address = URL.createObjectURL(as_svg(sheet));
  try {
    const image = await loaded(address);
    const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH * PNG_SCALE, height: sheet.height * PNG_SCALE });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => {
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}
export function as_svg(sheet) {
  return new Blob([sheet.text], { type: "image/svg+xml" });
}
function loaded(address) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.addEventListener("load", () => done(image));
    image.addEventListener("error", failed);
    image.src = address;
  });
}
