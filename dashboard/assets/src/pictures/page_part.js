/* What stands on the page as it is laid out there, as a part of a picture: grounds, lines, drawings, signs as characters,
 * words. */
import { drawing_of, EDGE, element, placed, plain, ROOM } from "./svg.js";

const MOST_SCALE = 2; /* of what stands small on the page */
const BASELINE = 0.78; /* of a line's height */
const SIDES = ["Top", "Right", "Bottom", "Left"];
const SIGNS = {
  "met": "✔", "on-track": "◐", "behind": "▲", "rectifying": "◆", "overdue": "■", "no-data": "○", "not-applicable": "–",
};

export function page_part(box) {
  const frame = box.getBoundingClientRect();
  const scale = Math.min(ROOM / frame.width, MOST_SCALE);
  return {
    height: frame.height * scale,
    draw: (sheet, top) => {
      const transform = `translate(${EDGE} ${top}) scale(${scale.toFixed(4)})`;
      draw_node(sheet.appendChild(element("g", { transform: transform })), box, { frame: frame, limit: Infinity });
    },
  };
}
/* What is there for those who listen, and what is there to be pressed. */
function is_left_out(node) {
  return node.classList.contains("hidden-text") || node.classList.contains("choose");
}
/* frame: where the part begins on the page; limit: px from the left beyond which nothing is seen. */
function draw_node(into, node, { frame, limit }) {
  const style = window.getComputedStyle(node);
  const at = node.getBoundingClientRect();
  if (style.display === "none" || style.visibility !== "visible" || is_left_out(node)) {
    return;
  }
  if (node.classList.contains("sign")) {
    const sign = SIGNS[node.className.replace(/.*sign-/, "")];
    const place = { x: at.left - frame.left, y: at.bottom - frame.top - 1, "font-size": at.height };
    into.appendChild(element("text", { ...place, ...plain(style.color) }, sign));
    return;
  }
  draw_ground(into, at, style.backgroundColor, frame);
  SIDES.forEach((side) => draw_border(into, at, { style: style, side: side, frame: frame }));
  if (node.nodeName === "IMG") {
    const place = { x: at.left - frame.left, y: at.top - frame.top, width: at.width, height: at.height };
    into.appendChild(placed(drawing_of(node), place));
  }
  const inner = style.overflowX === "visible" ? limit : Math.min(limit, at.right);
  node.childNodes.forEach((child) => {
    if (child.nodeType === Node.TEXT_NODE) {
      draw_words(into, child, { style: style, limit: inner, frame: frame });
    } else if (child.nodeType === Node.ELEMENT_NODE) {
      draw_node(into, child, { frame: frame, limit: inner });
    }
  });
}
function draw_ground(into, at, colour, frame) {
  const told = plain(colour);
  if (Number(told["fill-opacity"]) && at.width > 0 && at.height > 0) {
    const place = { x: at.left - frame.left, y: at.top - frame.top, width: at.width, height: at.height };
    into.appendChild(element("rect", { ...place, ...told }));
  }
}
function draw_border(into, at, { style, side, frame }) {
  const wide = style[`border${side}Style`] === "none" ? 0 : parseFloat(style[`border${side}Width`]);
  const is_upright = side === "Left" || side === "Right";
  const line = {
    left: side === "Right" ? at.right - wide : at.left,
    top: side === "Bottom" ? at.bottom - wide : at.top,
    width: is_upright ? wide : at.width,
    height: is_upright ? at.height : wide,
  };
  draw_ground(into, line, style[`border${side}Color`], frame);
}
function draw_words(into, text, { style, limit, frame }) {
  lines_of(text, limit).forEach((line) => {
    const place = {
      "x": line.left - frame.left,
      "y": line.top - frame.top + line.height * BASELINE,
      "font-size": parseFloat(style.fontSize),
      "font-weight": style.fontWeight,
      "textLength": (line.right - line.left).toFixed(2),
      "lengthAdjust": "spacingAndGlyphs",
    };
    into.appendChild(element("text", { ...place, ...plain(style.color) }, line.words));
  });
}
/* The letters of a text as they stand, line by line, an ellipsis for those that are cut off. */
function lines_of(text, limit) {
  const range = document.createRange();
  const lines = [];
  let is_cut = false;
  let place = 0;
  for (const letter of text.data) {
    range.setStart(text, place);
    place += letter.length;
    range.setEnd(text, place);
    const at = range.getClientRects()[0];
    if (at?.width && at.right > limit + 1) {
      is_cut = true;
    } else if (at?.width) {
      if (!lines.length || Math.abs(at.top - lines.at(-1).top) > 2) {
        lines.push({ words: "", left: at.left, top: at.top, height: at.height });
      }
      Object.assign(lines.at(-1), { words: lines.at(-1).words + letter, right: at.right });
    }
  }
  if (is_cut && lines.length) {
    lines.at(-1).words = lines.at(-1).words.slice(0, -1) + "…";
  }
  return lines;
}
