/* The JSON that a short form sends, and the words of the answer. */

const PLAIN = /^(0|[1-9][0-9]*)(\.[0-9]+)?$/;

/* fields: [{name, kind, value}]. A name is the field's place in the body, "weights.TG-05A" or "reason". The kind "number"
 * is sent as a number when it is written as one, its digits as they are and never through a float, and as it stands
 * otherwise, so that the server says what is wrong with it; "or-none" as null when it is "none". */
export function body_of(fields) {
  const own = [];
  const inside = new Map(); /* name → its parts */
  fields.forEach(({ name, kind, value }) => {
    const [first, ...rest] = name.split(".");
    const part = JSON.stringify(rest.length ? rest.join(".") : first) + ":" + spelled(kind, value);
    if (rest.length) {
      inside.set(first, [...(inside.get(first) || []), part]);
    } else {
      own.push(part);
    }
  });
  inside.forEach((parts, name) => own.push(JSON.stringify(name) + ":{" + parts.join(",") + "}"));
  return "{" + own.join(",") + "}";
}
function spelled(kind, value) {
  if (kind === "number" && PLAIN.test(value.trim())) {
    return value.trim();
  }
  return kind === "or-none" && value === "none" ? "null" : JSON.stringify(value);
}
const SHOWN = 10; /* places; who filled a long sheet in wrongly throughout sees it by these */
const SAID = {
  zh: { cell: (row, column) => `第${row}行${column}列`, given: (text) => `(${text})`, end: ":", more: (n) => `另有${n}处。` },
  en: { cell: (row, column) => `Row ${row}, column ${column}`, given: (text) => ` (${text})`, end: ": ", more: (n) => `And ${n} more.` },
};
/* Why it was refused, in the page's language (its `lang`): what is wrong with each place, with the cell where it stands
 * in a sheet that was sent, else the problem itself. */
export function words_of(problem, lang) {
  const language = lang.startsWith("en") ? "en" : "zh";
  const errors = problem.errors || [];
  const places = errors.slice(0, SHOWN).map((place) => where(place, SAID[language]) + place.message[language]);
  const more = Math.max(problem.errors_total || 0, errors.length) - places.length;
  if (more > 0) {
    places.push(SAID[language].more(more));
  }
  return places.length ? places.join(" ") : problem.message[language];
}
function where({ row, column, given }, said) {
  return row && column ? said.cell(row, column) + (given ? said.given(given) : "") + said.end : "";
}
