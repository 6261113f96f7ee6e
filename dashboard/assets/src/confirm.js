/* The page behind a link to sign by (dashboard/pages/confirmation.py). The link's secret stands behind the # of the address;
   it leaves this browser in one header only, so no log of addresses has it. GET shows the figures, POST signs. */

/** The secret of an address's fragment; empty for what cannot be one. */
export function secretOf(hash) {
  const text = hash.replace(/^#/, "").trim();
  return /^[\w-]{1,200}$/.test(text) ? text : "";
}

/** What the server answers to the one who holds `secret`: a piece of the page. Rejects if it cannot be reached. */
export async function ask(method, { address, secret, fetching = fetch }) {
  const answer = await fetching(address, {
    method,
    headers: { "Confirmation-Token": secret },
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
  return answer.text();
}

/** Show what the link in the address is about in `place`, and sign when its button is pressed. */
export function start(place, { location = window.location, fetching = fetch } = {}) {
  const { sheet: address, away } = place.dataset;
  let busy = false;

  function show(piece) {
    place.innerHTML = piece;
    place.querySelector("h1")?.focus();
    place.querySelector("[data-signs]")?.addEventListener("submit", sign);
  }

  function unreached() {
    place.querySelector(".unreached")?.remove();
    const said = place.ownerDocument.createElement("p");
    said.className = "unreached";
    said.setAttribute("role", "alert");
    said.textContent = away;
    place.prepend(said);
  }

  async function turn(method) {
    if (busy) {
      return;
    }
    busy = true;
    const form = place.querySelector("[data-signs]");
    form?.setAttribute("aria-busy", "true");
    try {
      show(await ask(method, { address, secret: secretOf(location.hash), fetching }));
    } catch {
      unreached();
    } finally {
      busy = false;
      form?.removeAttribute("aria-busy");
    }
  }

  function sign(event) {
    event.preventDefault();
    return turn("POST");
  }

  return turn("GET");
}

const place = globalThis.document?.querySelector("[data-sheet]");
if (place) {
  const keep = () =>
    document.querySelectorAll("[data-keeps-hash]").forEach((link) => {
      link.hash = window.location.hash;
    });
  const begin = () => {
    keep();
    start(place);
  };
  window.addEventListener("hashchange", begin);
  begin();
}
