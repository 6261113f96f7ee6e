/* Forms that ask the server to have something done: what they say becomes one text in the store `asked`. */
(function () {
  var asks = 0;
  var sent = null; /* the form that was sent last, until its outcome is there */

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

  function entriesOf(form) {
    return Array.from(form.querySelectorAll("input[name]:not([type=checkbox]), select[name], textarea[name]"));
  }

  /* The window is drawn anew with each outcome; what was typed into a form that was refused is put back into it. */
  function restore() {
    var note = document.querySelector(".outcome");
    if (!sent || !note || document.contains(sent.entries[0])) {
      return;
    }
    var before = sent;
    sent = null;
    if (!note.classList.contains("outcome-refused")) {
      return;
    }
    var form = Array.from(document.querySelectorAll("form[data-asks]")).find(function (found) {
      return found.dataset.asks === before.do && found.dataset.fields === before.fields;
    });
    (form ? entriesOf(form) : []).forEach(function (entry) {
      var typed = before.entries.find(function (old) { return old.name === entry.name; });
      if (typed && typed.value !== entry.value) {
        Object.getOwnPropertyDescriptor(Object.getPrototypeOf(entry), "value").set.call(entry, typed.value);
        entry.dispatchEvent(new Event("input", { bubbles: true }));
        entry.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }

  new MutationObserver(restore).observe(document.documentElement, { childList: true, subtree: true });

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
    sent = { do: form.dataset.asks, fields: form.dataset.fields, entries: entriesOf(form) };
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
