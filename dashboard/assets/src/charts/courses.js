/* A course among many: pointing at one, in the figure or at its unit beside it, lifts it out of the grey ones in a colour
 * that no other line has; pressing it chooses its unit in the address. */
import { unit_pressed } from "../window/address.js";

const LIFTED = new WeakMap(); /* plot → {place, course, before: its style}, or null while none is lifted */
const FOLLOWED = new WeakSet(); /* plots whose courses are followed */

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
  if (!course.meta || !course.line || course.opacity === 1) {
    return; /* no course, its corrected points alone, or one in colour */
  }
  LIFTED.set(plot, { place: place, course: course, before: style(course) });
  window.Plotly.restyle(plot, { "line.color": plot.layout.meta.lifted, "line.width": 2, opacity: 1 }, [place]);
}
function follow(plot) {
  FOLLOWED.add(plot);
  plot.on("plotly_hover", (event) => lift(plot, event.points[0].curveNumber));
  plot.on("plotly_unhover", () => lower(plot));
  plot.on("plotly_click", (event) => {
    const unit = plot.data[event.points[0].curveNumber].meta;
    if (unit) {
      window.dash_clientside.set_props("url", { search: unit_pressed(window.location.search, unit) });
    }
  });
}
/* A unit beside the figure, in the ranking or among the small charts, that is pointed at or has the focus. */
function follow_lists(event) {
  const unit = event.target.closest("[data-unit]")?.dataset.unit;
  const plot = document.querySelector(".course .js-plotly-plot");
  if (!plot?.data || (!unit && !LIFTED.get(plot))) {
    return;
  }
  const place = plot.data.findIndex((course) => course.meta === unit);
  if (unit && place >= 0) {
    lift(plot, place);
  } else if (!plot.contains(event.target)) {
    lower(plot);
  }
}
export function watch_courses() {
  document.addEventListener("pointerover", follow_lists);
  document.addEventListener("focusin", follow_lists);
  document.addEventListener("pointerover", (event) => {
    const plot = event.target.closest(".course .js-plotly-plot");
    if (plot?.on && !FOLLOWED.has(plot)) {
      follow(plot);
    }
  });
}
