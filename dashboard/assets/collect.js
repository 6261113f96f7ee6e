/* The monthly form: moves between cells, takes a paste, and carries what is typed to the server, which alone checks it. */
window.dash_clientside = window.dash_clientside || {};

(function () {
  var PAUSE = 350; /* ms without typing before the entries go to the server */
  var PATIENCE = 20000; /* ms to wait for an answer before sending may be tried again */
  var form = null; /* the form that is open: see open() */

  function all(selector) {
    return Array.prototype.slice.call(document.querySelectorAll(selector));
  }
  function one(id) {
    return document.getElementById(id);
  }
  function say(id, text) {
    var place = one(id);
    if (place && place.textContent !== text) {
      place.textContent = text;
    }
  }
  function filled_in(words, values) {
    return words.replace(/\{(\w+)\}/g, function (whole, name) {
      return name in values ? values[name] : whole;
    });
  }
  function random() {
    var numbers = new Uint32Array(4);
    window.crypto.getRandomValues(numbers);
    return Array.prototype.map.call(numbers, function (n) { return n.toString(36); }).join("-");
  }

  /* ---- cells ---- */

  function rows() {
    return all("#collect .cell-row");
  }
  function cell_of(row) {
    return row.querySelector("input");
  }
  function cells() {
    return rows().map(cell_of);
  }
  /* Dash's text fields are React's: the value is set as the browser would, and said to have been typed. */
  function set_text(input, text) {
    if (input.value === text) {
      return;
    }
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, text);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  /* Full-width digits and thousands separators, as an input method or Excel writes them. Everything else stays. */
  function as_number(text) {
    var plain = text.trim().replace(/[\uff10-\uff19\uff0e\uff0c]/g, function (wide) {
      return String.fromCharCode(wide.charCodeAt(0) - 0xfee0);
    });
    if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) {
      plain = plain.replace(/,/g, "");
    }
    return /^\d+(\.\d+)?$/.test(plain) ? plain : text.trim();
  }
  function convert(input) {
    var before = input.value;
    var plain = as_number(before);
    if (plain !== before) {
      set_text(input, plain);
      note_conversion(input, before.trim() === plain ? "" : before + " → " + plain);
    }
  }
  function note_conversion(input, text) {
    var note = input.closest("td").querySelector(".converted");
    if (note) {
      note.textContent = text;
    }
  }

  /* ---- what is sent, and when ---- */

  function reasons() {
    var found = Object.assign({}, form.acknowledged);
    all("#collect [data-acknowledges]").forEach(function (field) {
      found[field.getAttribute("data-acknowledges")] = field.value;
    });
    form.acknowledged = found;
    return found;
  }
  function entries(editing) {
    var values = {};
    rows().forEach(function (row) {
      var text = cell_of(row).value;
      if (text.trim()) {
        values[row.getAttribute("data-code")] = text.trim();
      }
    });
    form.values = values;
    return JSON.stringify({
      unit: form.facts.unit,
      period: form.facts.period,
      values: values,
      reason: one("collect-reason").value,
      note: one("collect-note").value,
      acknowledged: reasons(),
      editor: editing ? form.editor : "",
      seen: form.seen,
      etag: form.etag,
      key: form.attempt,
    });
  }
  function typed() {
    form.touched = true;
    window.clearTimeout(form.timer);
    form.timer = window.setTimeout(push, PAUSE);
  }
  function push() {
    window.clearTimeout(form.timer);
    form.timer = null;
    if (form.busy) {
      form.again = true;
      return;
    }
    if (!form.composing) {
      cells().forEach(convert);
      window.clearTimeout(form.timer);
      form.timer = null;
    }
    var text = entries(form.touched);
    if (text === form.pushed) {
      go_on();
      return;
    }
    form.pushed = text;
    form.busy = window.setTimeout(function () { form.busy = null; form.pushed = null; push(); }, PATIENCE);
    window.dash_clientside.set_props("collect-typed", { data: text });
  }
  /* What waited for the answer to the newest entries. */
  function go_on() {
    if (form.sending_next) {
      form.sending_next = false;
      send();
    }
  }

  function after_typed(said) {
    if (!form || !said) {
      return;
    }
    window.clearTimeout(form.busy);
    form.busy = null;
    say("collect-refused", said.refused || said.conflict || "");
    if (said.refused) {
      form.pushed = null;
      form.sending_next = false;
      if (said.away) {
        form.timer = window.setTimeout(push, 5000);
      }
      return;
    }
    show(said);
    if (said.draft_version) {
      form.seen = said.draft_version;
      say("collect-draft", said.draft);
      one("collect-discard").classList.remove("hidden-part");
    }
    form.their_version = said.conflict_version;
    if (form.again) {
      form.again = false;
      push();
    } else if (form.show_first_error && !form.timer) {
      form.show_first_error = false;
      focus_first('#collect [aria-invalid="true"], #collect .missing input');
    } else {
      window.requestAnimationFrame(go_on);
    }
  }

  /* ---- what the server said, put in its places ---- */

  function show(said) {
    rows().forEach(function (row) {
      var code = row.getAttribute("data-code");
      var lines = said.cells[code] || [];
      var wrong = lines.some(function (line) { return line.severity === "error"; });
      var input = cell_of(row);
      var missing = said.missing.indexOf(code) >= 0;
      row.classList.toggle("row-error", wrong);
      row.classList.toggle("row-warning", lines.length > 0 && !wrong);
      row.classList.toggle("missing", missing);
      row.classList.toggle("changed", form.facts.revision && input.value.trim() !== row.getAttribute("data-known"));
      if (wrong) {
        input.setAttribute("aria-invalid", "true");
      } else {
        input.removeAttribute("aria-invalid");
      }
      input.setAttribute("aria-describedby", "said-" + code);
      row.querySelector(".form-change").textContent = said.differences[code];
      show_lines(one("said-" + code), missing ? [{ severity: "blank", text: form.facts.words.blank, given: "" }] : lines);
    });
    all("#collect .sum-row").forEach(function (row) {
      var sum = said.sums[row.getAttribute("data-check")];
      row.className = "sum-row sum-" + sum.state;
      row.querySelector(".sum").textContent = sum.value;
      row.querySelector(".sum-mark").textContent = { holds: "✔", fails: "✘", open: "" }[sum.state];
    });
    all("#collect .block").forEach(function (block) {
      block.querySelector(".block-state").textContent = said.blocks[block.getAttribute("data-block")] || "";
    });
    say("collect-progress", said.progress);
  }
  function show_lines(place, lines) {
    place.textContent = "";
    lines.forEach(function (line) {
      var paragraph = document.createElement("p");
      paragraph.className = "said-" + line.severity;
      paragraph.textContent = line.text + (line.given && line.severity !== "blank" ? " (" + line.given + ")" : "");
      place.appendChild(paragraph);
    });
  }
  function focus_first(selector) {
    var found = document.querySelector(selector);
    if (found) {
      found.focus();
      found.scrollIntoView({ block: "center" });
    }
  }

  /* ---- sending ---- */

  function refuse(text, field) {
    say("collect-refused", text);
    if (field) {
      field.focus();
    }
  }
  function send() {
    if (form.sending) {
      return;
    }
    if (form.timer || form.busy || !form.pushed) {
      form.sending_next = true;
      if (!form.busy) {
        push();
      }
      return;
    }
    var reason = one("collect-reason");
    if (form.revision && !reason.value.trim()) {
      refuse(form.facts.words.reason_missing, reason);
      return;
    }
    var unsaid = all("#collect [data-acknowledges]").filter(function (field) { return !field.value.trim(); });
    var asked = unsaid.map(function (field) { return field.getAttribute("data-acknowledges"); }).join();
    if (unsaid.length && form.asked_for !== asked) {
      form.asked_for = asked;
      refuse(form.facts.words.explain, unsaid[0]);
      return;
    }
    say("collect-refused", "");
    var button = one("collect-send");
    button.disabled = true;
    button.textContent = form.facts.words.sending;
    form.sending = window.setTimeout(function () {
      may_send_again();
      refuse(form.facts.words.no_answer, button);
    }, PATIENCE);
    form.tries += 1;
    window.dash_clientside.set_props("collect-sent", { data: entries(true) + " ".repeat(form.tries) });
  }
  function may_send_again() {
    window.clearTimeout(form.sending);
    form.sending = null;
    var button = one("collect-send");
    button.disabled = false;
    button.textContent = form.facts.words.send;
  }
  function after_sent(said) {
    if (!form || !said) {
      return;
    }
    may_send_again();
    if (said.receipt) {
      var address = new URL(said.receipt, window.location.href);
      form = null;
      window.dash_clientside.set_props("url", { pathname: address.pathname, search: address.search, hash: "" });
      return;
    }
    if (!said.away) {
      form.attempt = random();
    }
    refuse(said.refused, one("collect-send"));
    if (said.etag) {
      form.their_etag = said.etag;
      form.revision = true;
      one("collect-reason-part").classList.remove("hidden-part");
    }
    if (said.check) {
      form.pushed = null;
      form.show_first_error = true;
      push();
    }
  }

  function discard() {
    if (window.confirm(form.facts.words.discard)) {
      window.dash_clientside.set_props("collect-discarded", { data: entries(true) });
    }
  }
  function after_discarded(said) {
    if (form && said && said.discarded) {
      form = null;
      window.location.reload();
    } else if (form && said && said.refused) {
      refuse(said.refused);
    }
  }

  /* ---- paste ---- */

  function pasted_rows(text) {
    return text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").map(function (line) {
      return line.split("\t").map(function (part) { return part.trim(); });
    });
  }
  function plain_name(text) {
    return text.replace(/[\s"“”()（）、,，:：;；]/g, "").toLowerCase();
  }
  function row_named(text) {
    var wanted = plain_name(text);
    return rows().filter(function (row) {
      var names = row.getAttribute("data-names").split("|").concat(row.getAttribute("data-code"));
      return names.some(function (name) { return plain_name(name) === wanted; });
    })[0];
  }
  /* Which cell gets which text: downwards from the focused cell, or by the name or code in the first column. */
  function placed(pasted, from) {
    var found = { pairs: [], lost: [] };
    if (pasted.every(function (line) { return line.length === 1; })) {
      var inputs = cells();
      var first = inputs.indexOf(from);
      pasted.forEach(function (line, place) {
        var input = inputs[first + place];
        if (input && line[0]) {
          found.pairs.push([input, line[0]]);
        } else if (line[0]) {
          found.lost.push(line[0]);
        }
      });
      return found;
    }
    if (!pasted.every(function (line) { return line.length === 2; })) {
      return null;
    }
    pasted.forEach(function (line) {
      var row = row_named(line[0]);
      if (row && line[1]) {
        found.pairs.push([cell_of(row), line[1]]);
      } else if (line[0] || line[1]) {
        found.lost.push(line[0] || line[1]);
      }
    });
    return found.pairs.length ? found : null;
  }
  function paste(event) {
    var text = (event.clipboardData || window.clipboardData).getData("text");
    if (!/[\t\n\r]/.test(text.replace(/\s+$/, ""))) {
      return; /* a single value is pasted as usual */
    }
    event.preventDefault();
    var found = placed(pasted_rows(text), event.target);
    if (!found) {
      say("collect-pasted", form.facts.words.not_columns);
      return;
    }
    form.undo = found.pairs.map(function (pair) { return [pair[0], pair[0].value]; });
    var converted = [];
    all("#collect .was-pasted").forEach(function (row) { row.classList.remove("was-pasted"); });
    found.pairs.forEach(function (pair) {
      var plain = as_number(pair[1]);
      set_text(pair[0], plain);
      note_conversion(pair[0], plain === pair[1] ? "" : pair[1] + " → " + plain);
      pair[0].closest("tr").classList.add("was-pasted");
      if (plain !== pair[1]) {
        converted.push(pair[1] + " → " + plain);
      }
    });
    say_pasted(found, converted);
  }
  function label_of(input) {
    return input.closest("tr").querySelector("label").textContent;
  }
  function say_pasted(found, converted) {
    var words = form.facts.words;
    var said = [
      filled_in(words.pasted, {
        count: found.pairs.length,
        first: label_of(found.pairs[0][0]),
        last: label_of(found.pairs[found.pairs.length - 1][0]),
      }),
    ];
    if (converted.length) {
      said.push(filled_in(words.pasted_converted, { count: converted.length, examples: converted.slice(0, 3).join(", ") }));
    }
    if (found.lost.length) {
      said.push(filled_in(words.not_placed, { texts: found.lost.slice(0, 5).join(", ") }));
    }
    say_with_undo(said.join(" "));
  }
  function say_with_undo(words) {
    say("collect-pasted", words + " ");
    var undo = document.createElement("button");
    undo.type = "button";
    undo.className = "button";
    undo.setAttribute("data-does", "undo-paste");
    undo.textContent = form.facts.words.undo;
    one("collect-pasted").appendChild(undo);
  }
  function undo_paste() {
    form.undo.forEach(function (pair) {
      set_text(pair[0], pair[1]);
      note_conversion(pair[0], "");
      pair[0].closest("tr").classList.remove("was-pasted");
    });
    form.undo[0][0].focus();
    say("collect-pasted", "");
  }

  /* ---- a file ---- */

  var LARGEST_FILE = 4 * 1024 * 1024; /* bytes; the server refuses more as well */
  var taking_over = null; /* figures of a file for a form that is not open yet: {key, texts} */

  function after_file(said) {
    if (form && said) {
      form.file = said;
      say("collect-refused", said.refused || "");
      focus_first(".file-preview .button-main, .file-preview button");
    }
  }
  function close_file() {
    form.file = null;
    window.dash_clientside.set_props("collect-file", { contents: null, filename: null });
  }
  function take_over(button) {
    var key = button.getAttribute("data-key");
    taking_over = { key: key, texts: form.file.returns[key] };
    if (key === form.facts.unit + "/" + form.facts.period) {
      put_in();
      close_file();
    } else {
      window.dash_clientside.set_props("url", { search: search_for(key.split("/")[0], key.split("/")[1]) });
    }
  }
  function put_in() {
    var texts = taking_over.texts;
    var changed = rows().filter(function (row) { return row.getAttribute("data-code") in texts; });
    form.undo = changed.map(function (row) { return [cell_of(row), cell_of(row).value]; });
    changed.forEach(function (row) {
      set_text(cell_of(row), texts[row.getAttribute("data-code")]);
      row.classList.add("was-pasted");
    });
    taking_over = null;
    say_with_undo(filled_in(form.facts.words.taken_over, { count: changed.length }));
    form.show_first_error = true;
  }
  function send_whole() {
    window.dash_clientside.set_props("collect-whole", {
      data: JSON.stringify({ key: form.attempt, reason: one("collect-reason").value, versions: form.file.versions }),
    });
  }
  function after_whole(said) {
    if (!form || !said) {
      return;
    }
    refuse(said.refused || "");
    if (said.sent) {
      close_file();
    } else {
      form.attempt = random();
      one("collect-reason-part").classList.remove("hidden-part"); /* some of its returns may be corrections */
    }
  }
  /* Too large a file is said before it is sent; React's drop area, below, then never sees it. */
  ["drop", "change"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var files = form && event.target.closest("#collect-file") && (event.dataTransfer || event.target).files;
      if (files && files.length && files[0].size > LARGEST_FILE) {
        event.preventDefault();
        event.stopPropagation();
        refuse(form.facts.words.too_large);
      }
    }, true);
  });

  /* ---- opening ---- */

  function open(facts) {
    if (!facts) {
      return;
    }
    var here = search_for(facts.unit, facts.period);
    if (here !== window.location.search) { /* the address says what is open, also where it was the default */
      window.history.replaceState(window.history.state, "", here + window.location.hash);
      window.dispatchEvent(new PopStateEvent("popstate")); /* Dash keeps the address as well, and would put its own back */
    }
    var key = [facts.unit, facts.period, facts.etag].join(" ");
    if (!form || form.key !== key) {
      form = {
        key: key, editor: random(), attempt: random(), tries: 0, touched: false, values: null,
        seen: facts.draft_version, etag: facts.etag, revision: facts.revision, acknowledged: facts.acknowledged,
      };
    }
    form.facts = facts;
    form.pushed = null; /* an answer that was under way went to the form drawn before */
    window.clearTimeout(form.busy);
    form.busy = null;
    when_drawn(function () {
      if (form.values) { /* drawn anew, in another language or theme: what was typed is put back */
        rows().forEach(function (row) {
          set_text(cell_of(row), form.values[row.getAttribute("data-code")] || "");
        });
      }
      if (taking_over && taking_over.key === facts.unit + "/" + facts.period) {
        put_in();
      }
      push();
    }, 100);
  }
  function when_drawn(act, tries) {
    if (rows().length) {
      act();
    } else if (tries) {
      window.requestAnimationFrame(function () { when_drawn(act, tries - 1); });
    }
  }

  function search_for(unit, period) {
    var query = new URLSearchParams(window.location.search);
    query.set("unit", unit);
    query.set("period", period);
    return "?" + query.toString();
  }
  function taken(act) {
    return function (data) {
      act(data);
      return window.dash_clientside.no_update;
    };
  }
  window.dash_clientside.biaochi_collect = {
    opened: taken(open),
    after_typed: taken(after_typed),
    after_sent: taken(after_sent),
    after_discarded: taken(after_discarded),
    after_file: taken(after_file),
    after_whole: taken(after_whole),
    choose: function (unit, period, facts) {
      if (!facts || !period || (unit === facts.unit && period === facts.period)) {
        return window.dash_clientside.no_update; /* drawn, not chosen */
      }
      return search_for(unit, period);
    },
  };

  /* ---- the keyboard ---- */

  function is_cell(target) {
    return form && target && target.matches && target.matches("#collect .cell-row input");
  }
  function step(from, by) {
    var inputs = cells();
    var next = inputs[inputs.indexOf(from) + by];
    if (next) {
      next.focus();
    } else if (by > 0) {
      one("collect-send").focus();
    }
  }
  /* Dash's own field for a file has no name for those who listen. */
  new MutationObserver(function () {
    var field = document.querySelector("#collect-file input[type=file]:not([aria-label])");
    if (field) {
      field.setAttribute("aria-label", one("collect-file").textContent);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("focusin", function (event) {
    if (is_cell(event.target)) {
      form.before = event.target.value;
      event.target.select();
    }
  });
  document.addEventListener("focusout", function (event) {
    if (is_cell(event.target)) {
      convert(event.target);
    }
  });
  document.addEventListener("keydown", function (event) {
    if (!is_cell(event.target) || event.isComposing || event.keyCode === 229) {
      return; /* the input method has the key */
    }
    if (event.key === "Enter" || event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.target, event.key === "ArrowUp" || event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      set_text(event.target, form.before);
      event.target.select();
    }
  });
  ["compositionstart", "compositionend"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (is_cell(event.target)) {
        form.composing = name === "compositionstart";
      }
    });
  });
  document.addEventListener("input", function (event) {
    if (!form || !event.target.matches("#collect .cell-row input, #collect textarea")) {
      return;
    }
    if (is_cell(event.target)) {
      note_conversion(event.target, "");
    }
    typed();
  });
  document.addEventListener("paste", function (event) {
    if (is_cell(event.target)) {
      paste(event);
    }
  });

  /* ---- buttons and links ---- */

  var does = {
    "send": function () { send(); },
    "send-over": function () { form.etag = form.their_etag; form.pushed = null; send(); },
    "discard-draft": discard,
    "keep-mine": function () { form.seen = form.their_version; form.touched = true; form.pushed = null; push(); },
    "reload": function () { form = null; window.location.reload(); },
    "undo-paste": undo_paste,
    "take-over": take_over,
    "send-whole": send_whole,
    "close-file": close_file,
  };
  document.addEventListener("click", function (event) {
    var pressed = event.target.closest("[data-does], [data-to]");
    if (!pressed) {
      return;
    }
    if (pressed.getAttribute("data-does") === "print") {
      window.print();
    } else if (form && pressed.hasAttribute("data-to")) {
      event.preventDefault();
      focus_first("#cell-" + pressed.getAttribute("data-to"));
    } else if (form && does[pressed.getAttribute("data-does")]) {
      does[pressed.getAttribute("data-does")](pressed);
    }
  });
  window.addEventListener("beforeunload", function (event) {
    if (form && form.touched && form.timer && one("collect")) {
      push();
      event.preventDefault();
    }
  });
})();
