/* A course among many: pointing at one lifts it out of the grey ones, pressing it chooses its unit in the address. */
import { unit_pressed } from "../window/address.js";

const LIFTED = new WeakMap(); /* plot → {place, course, before: its style}, or null while none is lifted */

function style(course) {
  return { "line.color": course.line.color, "line.width": course.line.width, opacity: course.opacity };
}
/* A figure that was drawn anew meanwhile has other courses: nothing of them was lifted. */
function lower(plot) {
  const lifted = LIFTED.get(plot);
  LIFTED.set(plot, null);
  if (lifted && plot.data[lifted.place] === lifted.course) {
    window.Plotly.restyle(plot, lifted.before, [lifted.place]);
  }
}
function lift(plot, place) {
  const course = plot.data[place];
  if (LIFTED.get(plot)?.course === course) {
    return;
  }
  lower(plot);
  if (!course.meta || course.opacity === 1) {
    return; /* no course, or the chosen one */
  }
  LIFTED.set(plot, { place: place, course: course, before: style(course) });
  const ink = window.getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
  window.Plotly.restyle(plot, { "line.color": ink, "line.width": 2, opacity: 1 }, [place]);
}
function follow(plot) {
  LIFTED.set(plot, null);
  plot.on("plotly_hover", (event) => lift(plot, event.points[0].curveNumber));
  plot.on("plotly_unhover", () => lower(plot));
  plot.on("plotly_click", (event) => {
    const unit = plot.data[event.points[0].curveNumber].meta;
    if (unit) {
      window.dash_clientside.set_props("url", { search: unit_pressed(window.location.search, unit) });
    }
  });
}
export function watch_courses() {
  document.addEventListener("pointerover", (event) => {
    const plot = event.target.closest(".course .js-plotly-plot");
    if (plot?.on && !LIFTED.has(plot)) {
      follow(plot);
    }
  });
}
