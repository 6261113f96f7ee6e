/* A course among many: pointing at one lifts it out of the grey ones, pressing it chooses its unit in the address. */
(function () {
  var LIFTED = "biaochiLifted";

  function style(course) {
    return { "line.color": course.line.color, "line.width": course.line.width, opacity: course.opacity };
  }

  /* A figure that was drawn anew meanwhile has other courses: nothing of them was lifted. */
  function lower(plot) {
    var lifted = plot[LIFTED];
    plot[LIFTED] = null;
    if (lifted && plot.data[lifted.place] === lifted.course) {
      window.Plotly.restyle(plot, lifted.before, [lifted.place]);
    }
  }

  function lift(plot, place) {
    var course = plot.data[place];
    if (plot[LIFTED] && plot[LIFTED].course === course) {
      return;
    }
    lower(plot);
    if (!course.meta || course.opacity === 1) {
      return; /* no course, or the chosen one */
    }
    plot[LIFTED] = { place: place, course: course, before: style(course) };
    var ink = window.getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
    window.Plotly.restyle(plot, { "line.color": ink, "line.width": 2, opacity: 1 }, [place]);
  }

  function choose(unit) {
    var query = new URLSearchParams(window.location.search);
    if (query.get("unit") === unit) {
      query.delete("unit");
    } else {
      query.set("unit", unit);
    }
    var text = query.toString();
    window.dash_clientside.set_props("url", { search: text ? "?" + text : "" });
  }

  function follow(plot) {
    plot.on("plotly_hover", function (event) {
      lift(plot, event.points[0].curveNumber);
    });
    plot.on("plotly_unhover", function () {
      lower(plot);
    });
    plot.on("plotly_click", function (event) {
      var unit = plot.data[event.points[0].curveNumber].meta;
      if (unit) {
        choose(unit);
      }
    });
  }

  document.addEventListener("pointerover", function (event) {
    var plot = event.target.closest(".course .js-plotly-plot");
    if (plot && plot.on && !plot.biaochiFollows) {
      plot.biaochiFollows = true;
      follow(plot);
    }
  });
})();
