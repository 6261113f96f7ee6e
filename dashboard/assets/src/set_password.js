/* The page behind a link to set a password (dashboard/pages/set_password.py). The link's secret stands behind the # of the
   address, which no browser sends; it goes into the form's body, and out of the address so that no history keeps it. */

/** Move the secret of an address's fragment into the form's hidden field; what cannot be one is left. */
export function take(field, { location = window.location, history = window.history } = {}) {
  const secret = location.hash.replace(/^#/, "").trim();
  if (/^[\w-]{1,200}$/.test(secret)) {
    field.value = secret;
    history.replaceState(null, "", location.pathname + location.search);
  }
}

const field = globalThis.document?.querySelector("[data-link]");
if (field) {
  take(field);
  window.addEventListener("hashchange", () => take(field));
}
