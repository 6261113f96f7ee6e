/* What a spreadsheet puts on the clipboard: rows of cells, tabs between them. A cell with a line break, a tab or a
 * quotation mark in it stands in quotation marks, those within it doubled. */

const QUOTED = /"((?:[^"]|"")*)"(?=[\t\r\n]|$)/y;
const PLAIN = /[^\t\r\n]*/y;
const LINE_END = /\r\n?|\n/y;

/* Rows of trimmed texts, all of one length. A blank row at the end is a row; the last row's own line end is none. */
export function clipboard_rows(text) {
  const rows = [];
  let row = [];
  let at = 0;
  while (at <= text.length) {
    const [cell, after] = cell_at(text, at);
    row.push(cell.trim());
    const end = match_at(LINE_END, text, after);
    if (text[after] === "\t") {
      at = after + 1;
    } else {
      rows.push(row);
      row = [];
      at = end ? after + end[0].length : text.length + 1;
      if (at === text.length) {
        break;
      }
    }
  }
  const widest = rows.reduce((most, each) => Math.max(most, each.length), 0);
  return rows.map((each) => each.concat(Array(widest - each.length).fill("")));
}
function cell_at(text, at) {
  const quoted = match_at(QUOTED, text, at);
  if (quoted) {
    return [quoted[1].replace(/""/g, '"'), at + quoted[0].length];
  }
  const plain = match_at(PLAIN, text, at)[0];
  return [plain, at + plain.length];
}
function match_at(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
