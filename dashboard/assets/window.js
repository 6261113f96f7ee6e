/* What the window does by itself, without asking the server. */
window.dash_clientside = window.dash_clientside || {};

window.dash_clientside.biaochi = {
  describe: function (described) {
    if (!described) {
      return "";
    }
    var moved = document.title !== described.title;
    document.title = described.title;
    document.documentElement.lang = described.language;
    ["head", "foot", "before-page", "before-pages", "after-pages"].forEach(function (part) {
      var text = (described.printed || {})[part] || "";
      document.documentElement.style.setProperty("--print-" + part, JSON.stringify(text));
    });
    document.querySelectorAll("form[aria-busy]").forEach(function (form) {
      form.removeAttribute("aria-busy");
    });
    if (described.outcome) {
      window.scrollTo(0, 0);
      return described.outcome;
    }
    return moved ? described.title : window.dash_clientside.no_update;
  },

  toggle_theme: function (clicks, theme) {
    if (!clicks) {
      return [window.dash_clientside.no_update, window.dash_clientside.no_update];
    }
    var next = theme === "dark" ? "light" : "dark";
    document.cookie = "biaochi_theme=" + next + ";path=/;max-age=31536000;SameSite=Lax";
    document.documentElement.setAttribute("data-mantine-color-scheme", next);
    return [next, next];
  },

  choose_month: function (month, months) {
    var query = new URLSearchParams(window.location.search);
    var shown = query.get("month") || (months && months.length ? months[0].value : month);
    if (!month || month === shown) {
      return window.dash_clientside.no_update; /* drawn, not chosen */
    }
    query.set("month", month);
    return "?" + query.toString();
  },

  /* What stands in the field is read from the field: the component passes it on a moment later than the Enter key. */
  apply_as_of: function (clicks, submits) {
    if (!clicks && !submits) {
      return window.dash_clientside.no_update;
    }
    var entered = document.getElementById("as-of-entry").value;
    var query = new URLSearchParams(window.location.search);
    query.delete("release");
    if (entered.trim()) {
      query.set("as_of", entered.trim());
    } else {
      query.delete("as_of");
    }
    var text = query.toString();
    return text ? "?" + text : "";
  },

  close_why: function (opened) {
    var open = window.location.hash.indexOf("#why=") === 0;
    return !opened && open ? "" : window.dash_clientside.no_update;
  },
};

(function () {
  /* The rail folds; the choice is kept in this browser. */
  document.addEventListener("click", function (event) {
    if (!event.target.closest('[data-does="fold"]')) {
      return;
    }
    var folded = document.documentElement.classList.toggle("rail-folded");
    try {
      window.localStorage.setItem("biaochi_rail", folded ? "folded" : "open");
    } catch (refused) {
      /* kept until the page is left */
    }
  });

  /* A text is put on the clipboard; where that is not allowed it is marked, for the keyboard. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest('[data-does="copy"]');
    if (!button) {
      return;
    }
    var source = document.getElementById(button.getAttribute("data-copies"));
    var mark = function () {
      var range = document.createRange();
      range.selectNodeContents(source);
      var selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
    };
    if (!navigator.clipboard) {
      mark();
      return;
    }
    navigator.clipboard.writeText(source.textContent).then(function () {
      var said = button.textContent;
      button.textContent = button.getAttribute("data-copied");
      window.setTimeout(function () {
        button.textContent = said;
      }, 2000);
    }, mark);
  });

  /* A menu closes when something else is pressed, and on Escape. */
  function close_menus(keep) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!keep || !menu.contains(keep)) {
        menu.removeAttribute("open");
        if (!keep) {
          menu.querySelector("summary").focus();
        }
      }
    });
  }
  document.addEventListener("click", function (event) {
    close_menus(event.target);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") {
      return;
    }
    var open = document.querySelector("details.menu[open], .mantine-Drawer-content, [role=listbox]");
    var leave = document.querySelector(".leave-projector");
    close_menus(null);
    if (leave && !open) {
      leave.click();
    }
  });

  /* A chart is as wide as the window it was drawn in; on paper it is as wide as its column there. */
  function fit_charts(on_paper) {
    document.querySelectorAll("#content .js-plotly-plot").forEach(function (chart) {
      if (!window.Plotly) {
        return;
      }
      if (on_paper) {
        var room = chart.closest(".target") ? 700 : 1000; /* px; print.css sets these columns on A4 landscape */
        window.Plotly.relayout(chart, { width: Math.min(chart.clientWidth, room), height: Math.min(chart.clientHeight, 400) });
      } else {
        window.Plotly.relayout(chart, { width: null, height: null, autosize: true });
      }
    });
  }
  window.addEventListener("beforeprint", fit_charts.bind(null, true));
  window.addEventListener("afterprint", fit_charts.bind(null, false));

  /* Whoever is no longer signed in is taken to the sign-in page, and back afterwards. That a callback was not answered
     at all is told to whoever listens: Dash itself tells nobody. */
  var fetched = window.fetch;
  window.fetch = function (resource) {
    var address = typeof resource === "string" ? resource : resource.url;
    var is_callback = address.indexOf("_dash-update-component") >= 0;
    return fetched.apply(this, arguments).then(function (response) {
      if (response.status === 401 && is_callback) {
        var here = window.location.pathname + window.location.search;
        window.location.assign("/sign-in?next=" + encodeURIComponent(here));
      }
      return response;
    }, function (failed) {
      if (is_callback) {
        window.dispatchEvent(new Event("biaochi-unanswered"));
      }
      throw failed;
    });
  };

  /* A page that follows the ledger is drawn anew when something was recorded, unless somebody is filling in a form. */
  window.setInterval(function () {
    var follower = document.querySelector("[data-follows]");
    var busy = document.activeElement && document.activeElement.closest("form");
    if (!follower || busy || document.hidden) {
      return;
    }
    fetch("/newest", { cache: "no-store" }).then(function (response) {
      return response.ok ? response.text() : "";
    }, function () {
      return "";
    }).then(function (seq) {
      if (/^\d+$/.test(seq) && seq !== follower.getAttribute("data-follows")) {
        window.dash_clientside.set_props("recorded", { data: seq });
      }
    });
  }, 3000);

  /* While the database is away the page tries again by itself. */
  window.setInterval(function () {
    var retry = document.querySelector("[data-retry]");
    if (retry) {
      fetch("/readyz", { cache: "no-store" }).then(function (response) {
        if (response.ok) {
          window.location.reload();
        }
      }, function () {});
    }
  }, 5000);
})();
