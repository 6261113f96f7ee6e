/* Forms that ask the server to have something done: what they say becomes one text in the store `asked`. */
(function () {
  var asks = 0;

  function told(form, submitter) {
    var fields = JSON.parse(form.dataset.fields || "{}");
    new FormData(form, submitter).forEach(function (value, name) {
      if (typeof value === "string") {
        fields[name] = value;
      }
    });
    var chosen = [];
    form.querySelectorAll("input[type=checkbox][value]:checked").forEach(function (box) {
      if (box.value !== "on") {
        chosen.push(box.value);
      }
    });
    return { do: form.dataset.asks, fields: fields, chosen: chosen, nth: (asks += 1) };
  }

  document.addEventListener("submit", function (event) {
    var form = event.target.closest("form[data-asks]");
    if (!form) {
      return;
    }
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") {
      return; /* pressed twice */
    }
    form.setAttribute("aria-busy", "true");
    window.setTimeout(function () {
      form.removeAttribute("aria-busy"); /* no answer came: it may be tried again */
    }, 15000);
    window.dash_clientside.set_props("asked", { data: JSON.stringify(told(form, event.submitter)) });
  });

  document.addEventListener("click", function (event) {
    var phrase = event.target.closest('[data-does="phrase"]');
    if (!phrase) {
      return;
    }
    var entry = document.getElementById(phrase.dataset.into);
    var text = entry.value.trim();
    entry.value = text ? text + " " + phrase.textContent : phrase.textContent;
    entry.focus();
  });

  document.addEventListener("click", function (event) {
    var every = event.target.closest('[data-does="choose-all"]');
    if (!every) {
      return;
    }
    var boxes = Array.from(every.closest("form").querySelectorAll("input[type=checkbox][value]"));
    var all = boxes.every(function (box) { return box.checked; });
    boxes.forEach(function (box) {
      if (box.checked === all) {
        box.click();
      }
    });
  });
})();
