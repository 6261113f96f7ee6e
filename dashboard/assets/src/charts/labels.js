/* Labels of due dates end at their day, wherever that lies: on a telephone a long one would begin left of the picture.
 * Those that reach beyond it are pushed in, as often as the chart is drawn. Labels at the ends of lines (with an arrow)
 * have a gutter of their own. */

const TURNS = new WeakMap(); /* plot → its width, and how often its labels were pushed at it */
const MOST = 3; /* what does not fit at all is not pushed for ever */

/* By how many px a label from `left` to `right` is pushed to lie between `from` and `to`; its beginning is the last to go. */
export function pushed({ left, right }, { from, to }) {
  const back = Math.min(0, to - right);
  return left + back < from ? from - left : back;
}
function keep_within(plot) {
  const sheet = plot.getBoundingClientRect();
  const turns = TURNS.get(plot)?.width === sheet.width ? TURNS.get(plot).turns : 0;
  if (!sheet.width || turns >= MOST) {
    return;
  }
  const moves = {};
  (plot.layout.annotations || []).forEach((label, place) => {
    const text = plot.querySelector(`.annotation[data-index="${place}"] text`);
    if (text && !label.showarrow) {
      const by = pushed(text.getBoundingClientRect(), { from: sheet.left, to: sheet.right });
      if (Math.abs(by) > 1) {
        moves[`annotations[${place}].xshift`] = (label.xshift || 0) + by;
      }
    }
  });
  if (Object.keys(moves).length) {
    TURNS.set(plot, { width: sheet.width, turns: turns + 1 });
    window.Plotly.relayout(plot, moves);
  }
}
export function watch_labels() {
  let asked = false;
  new MutationObserver((changes) => {
    if (!asked && changes.some((change) => change.target.closest?.(".course"))) {
      asked = true;
      window.requestAnimationFrame(() => {
        asked = false;
        document.querySelectorAll(".course .js-plotly-plot").forEach((plot) => plot.layout && keep_within(plot));
      });
    }
  }).observe(document.body, { childList: true, subtree: true });
}
