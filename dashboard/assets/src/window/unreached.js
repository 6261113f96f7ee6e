/* A request of which no answer comes, or late. Knows neither page nor network: it is told how to ask, and what to say. */
export const SLOW = 4000; /* ms without an answer after which that is said */
export const PATIENCE = 30000; /* ms after which a slow request is given up and made anew */

/* ask(signal): resolves to an answer, rejects where none came. slow(anew): says that none has come yet; anew() makes the
 * request at once again. lost(): says that none can come, and resolves when it is to be asked again. is_wanted(): false
 * once something else was asked for instead. Resolves to the answer; rejects with what is not wanted any more. */
export async function keep_asking({ ask, slow, lost, is_wanted }) {
  for (;;) {
    const patience = new AbortController();
    const late = setTimeout(() => slow(() => patience.abort()), SLOW);
    const over = setTimeout(() => patience.abort(), PATIENCE);
    try {
      return await ask(patience.signal);
    } catch (failed) {
      if (is_wanted() && !patience.signal.aborted) {
        await lost();
      }
      if (!is_wanted()) {
        throw failed;
      }
    } finally {
      clearTimeout(late);
      clearTimeout(over);
    }
  }
}

/* The address and the page that is shown belong together: while a page that was asked for does not come, the address is
 * that of the one before. page: {here(), put(address)}, the window's. */
export function watch_address(page) {
  let shown = null; /* the address of what is shown; null until something is */
  let wanted = null; /* where it will be once the answer comes */
  return {
    asked: () => {
      wanted = null;
    },
    failed: () => {
      if (shown !== null && page.here() !== shown) {
        wanted = page.here();
        page.put(shown);
      }
    },
    answered: () => {
      if (wanted !== null) {
        page.put(wanted);
      }
      wanted = null;
      shown = page.here();
    },
  };
}
