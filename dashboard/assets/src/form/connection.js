/* Whether the server answers. Knows neither page nor network: told of every request and answer, it says when none came.
 *
 * says(state): "lost" once no answer came in time, "back" with the first answer after that, "waits" if that answer only
 * puts us off: then "back" comes with the first that does not.
 * probe(): resolves to whether the server can be reached. resend(): asks again for what waits; called once a lost
 * connection is there again, or once a server that puts us off has had its time. A server that is only slow is asked
 * again after PATIENCE, so that its answer still counts.
 */
export const IN_TIME = 2000; /* ms: with the pause before a request, a lost connection is said within three seconds */
export const AGAIN = 2000; /* ms between two probes */
export const PATIENCE = 12000; /* ms for a slow server */

export function watch_connection({ says, probe, resend }) {
  const since = new Map(); /* request → when it was made, ms */
  const timers = new Map(); /* request → timer until it is late */
  let state = "there";
  let lost_at = 0; /* ms; counts where no request waits any more */
  let broken = false; /* no connection at all, seen by a probe or said by the browser */
  let retry = null;

  function asked(request) {
    settled(request);
    since.set(request, Date.now());
    timers.set(request, setTimeout(() => lost(false), IN_TIME));
  }
  function settled(request) {
    clearTimeout(timers.get(request));
    timers.delete(request);
    since.delete(request);
  }
  function answered(request) {
    settled(request);
    clearTimeout(retry);
    broken = false;
    if (state !== "there") {
      state = "there";
      says("back");
    }
  }
  /* gone: known for certain, not only late. */
  function lost(gone) {
    broken = broken || gone;
    if (state !== "lost") {
      state = "lost";
      lost_at = Date.now();
      says("lost");
    }
    clearTimeout(retry);
    retry = setTimeout(try_again, AGAIN);
  }
  async function try_again() {
    clearTimeout(retry);
    if (state !== "lost") {
      return;
    }
    const found = await probe();
    if (state !== "lost") {
      return; /* an answer came meanwhile */
    }
    broken = broken || !found;
    const oldest = since.size ? Math.min(...since.values()) : lost_at;
    if (found && (broken || Date.now() - oldest >= PATIENCE)) {
      broken = false;
      resend();
    }
    clearTimeout(retry);
    retry = setTimeout(try_again, AGAIN);
  }
  /* The server answered, but not what was asked: nothing is late. What waits is asked again after so many seconds, or, for
   * null, by nobody. */
  function put_off(seconds) {
    [...since.keys()].forEach(settled);
    if (seconds !== null && state !== "there") {
      broken = false;
      state = "waits";
      says("waits");
    } else {
      answered(null);
    }
    clearTimeout(retry);
    retry = seconds === null ? null : setTimeout(resend, seconds * 1000);
  }
  function stop() {
    clearTimeout(retry);
    [...since.keys()].forEach(settled);
    state = "there";
    broken = false;
  }
  return { asked, answered, settled, lost, put_off, try_again, stop, is_lost: () => state === "lost" };
}
