/* Lines no wider than `width`: broken between words, and anywhere in Chinese. measured: a text's width. */
export function wrapped(text, { width, measured }) {
  const lines = [];
  let line = "";
  (text.match(/[\u0021-\u024f]+|\s+|[^]/gu) || []).forEach((part) => {
    if (line && measured(line + part.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += line ? part : part.trimStart();
  });
  return line ? [...lines, line.trimEnd()] : lines;
}
