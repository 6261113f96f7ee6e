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
/* Why it was refused, in the page's language (its `lang`): what is wrong with each place, else the problem itself. */
export function words_of(problem, lang) {
  const language = lang.startsWith("en") ? "en" : "zh";
  const places = (problem.errors || []).map((place) => place.message[language]);
  return places.length ? places.join(" ") : problem.message[language];
}
