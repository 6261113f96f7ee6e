/* A chart is as wide as the window it was drawn in; on paper it is as wide as its column there (print.css: A4 across). */

const COLUMN = 700; /* px of the column beside a target's facts */
const PAGE = 1000; /* px of a whole page */
const HIGHEST = 400; /* px */

function fit(on_paper) {
  if (!window.Plotly) {
    return;
  }
  document.querySelectorAll("#content .js-plotly-plot").forEach((chart) => {
    const room = chart.closest(".target") ? COLUMN : PAGE;
    const size = { width: Math.min(chart.clientWidth, room), height: Math.min(chart.clientHeight, HIGHEST) };
    window.Plotly.relayout(chart, on_paper ? size : { width: null, height: null, autosize: true });
  });
}
export function watch_paper() {
  window.addEventListener("beforeprint", () => fit(true));
  window.addEventListener("afterprint", () => fit(false));
}
