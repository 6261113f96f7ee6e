/* The column that counts the rows of a pasted table: 1, 2, 3 … (序号). It is never a column of figures. */

const NUMBERED = /^\(?(\d{1,3})[).、]?$/;

/* {column: one that counts, perhaps: one that counts or holds figures}; nothing where no column does.
 * Left of the names any run counts, up to `most` where it begins. Without names only 1, 2, 3 … does, beside another
 * column or alone and long enough. filled: columns with figures. */
export function counting_column({ grid, head, lines, aside }, filled, most) {
  const first = filled[0];
  const left_of_names = first < Math.min(Infinity, ...aside);
  if (first === undefined || !left_of_names || (head.roles[first] ?? "") === "value") {
    return {};
  }
  const numbers = lines.map((line) => grid[line][first]).filter((text) => text !== "").map(number_of);
  if (!numbers.every((number, at) => number > 0 && (at === 0 || number === 1 || number === numbers[at - 1] + 1)) || numbers[0] > most) {
    return {};
  }
  if (aside.size) {
    return { column: first };
  }
  const from_one = numbers[0] === 1 && numbers.length > 1;
  if (filled.length === 1) {
    return from_one && numbers.length > 2 ? { column: first } : {};
  }
  return from_one ? { column: first, perhaps: first } : { perhaps: first };
}
function number_of(text) {
  return Number(NUMBERED.exec(text.normalize("NFKC"))?.[1] ?? NaN);
}
