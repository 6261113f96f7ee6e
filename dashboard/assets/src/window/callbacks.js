/* What Dash asks the server. Whoever is no longer signed in is taken to the sign-in page, and back afterwards; that a
 * callback was not answered at all is told to whoever listens (`biaochi-unanswered`): Dash itself tells nobody. */
import { sign_in_from } from "./address.js";

const CALLBACKS = "_dash-update-component";

export function watch_callbacks() {
  const fetched = window.fetch;
  window.fetch = async (...asked) => {
    const address = typeof asked[0] === "string" ? asked[0] : asked[0].url;
    if (!address.includes(CALLBACKS)) {
      return fetched(...asked);
    }
    try {
      const response = await fetched(...asked);
      if (response.status === 401) {
        window.location.assign(sign_in_from(window.location.pathname, window.location.search));
      }
      return response;
    } catch (failed) {
      window.dispatchEvent(new Event("biaochi-unanswered"));
      throw failed;
    }
  };
}
