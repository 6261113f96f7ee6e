/* What was typed and is not saved on the server yet, kept in the browser: one text for each person, unit and month.
 *
 * typing: {values, reason, note, acknowledged, seen, etag, editor, key, at (ms)}. storage: a Storage, as localStorage.
 * Storage can be full or forbidden; then nothing is kept, and keep() says so.
 */
const PREFIX = "biaochi_typed:";
const LONGEST = 7 * 24 * 3600 * 1000; /* ms after which what was kept is of no use to anybody */

export function kept_key(user, unit, period) {
  return PREFIX + [user, unit, period].join("/");
}
export function keep(storage, key, typing) {
  try {
    storage.setItem(key, JSON.stringify(typing));
    return true;
  } catch {
    return false;
  }
}
export function forget(storage, key) {
  try {
    storage.removeItem(key);
  } catch {
    /* storage is forbidden: nothing was kept */
  }
}
/* Forgets what was kept for anybody. found(): the storage; it throws where storage is switched off. */
export function forget_all(found) {
  try {
    const storage = found();
    Object.keys(storage).filter((key) => key.startsWith(PREFIX)).forEach((key) => storage.removeItem(key));
  } catch {
    /* nothing was kept */
  }
}
/* What was kept under the key, null for nothing; what is too old is forgotten. now: ms. */
export function kept(storage, key, now) {
  let typing = null;
  try {
    typing = JSON.parse(storage.getItem(key));
  } catch {
    typing = null;
  }
  if (typing && now - typing.at <= LONGEST) {
    return typing;
  }
  forget(storage, key);
  return null;
}
/* Whether two typings say the same: their texts, reasons and note, blank ones left out. */
export function is_same(one, other) {
  const texts = ({ values, acknowledged, reason, note }) =>
    JSON.stringify([filled(values), filled(acknowledged), reason.trim(), note.trim()]);
  return texts(one) === texts(other);
}
function filled(texts) {
  return Object.entries(texts).filter(([, text]) => text.trim()).sort();
}
