/* Short forms of pages (form[data-post]): sent to the API as JSON, its answer said in the page's language.
 *
 * A field's name is its place in the body, "weights.TG-05A" or "reason"; a field within data-kind="number" is sent as a number when it
 * is written as one and as it stands otherwise, so that the server says what is wrong with it.
 * form[data-file=".csv,.xlsx"] asks for a file of these kinds and sends that instead, as multipart with a key of its own.
 */
(function () {
  function body_of(form) {
    var body = {};
    form.querySelectorAll("[name]").forEach(function (field) {
      var at = field.name.indexOf(".");
      var value = JSON.stringify(field.value);
      var labelled = field.closest("[data-kind]");
      var kind = labelled ? labelled.dataset.kind : "text";
      if (kind === "number" && /^(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(field.value.trim())) {
        value = field.value.trim(); /* its digits as they are, never through a float */
      } else if (kind === "or-nothing" && field.value === "") {
        value = "null";
      }
      var inside = at < 0 ? null : field.name.slice(0, at);
      var key = JSON.stringify(at < 0 ? field.name : field.name.slice(at + 1)) + ":" + value;
      if (inside === null) {
        body[""] = (body[""] || []).concat(key);
      } else {
        body[inside] = (body[inside] || []).concat(key);
      }
    });
    var parts = (body[""] || []).slice();
    Object.keys(body).forEach(function (name) {
      if (name) {
        parts.push(JSON.stringify(name) + ":{" + body[name].join(",") + "}");
      }
    });
    return "{" + parts.join(",") + "}";
  }

  function words(problem) {
    var language = document.documentElement.lang.indexOf("en") === 0 ? "en" : "zh";
    var places = (problem.errors || []).map(function (place) {
      return place.message[language];
    });
    return places.length ? places.join(" ") : problem.message[language];
  }

  function key_of_its_own() {
    return Array.from(crypto.getRandomValues(new Uint32Array(4)), String).join("-");
  }

  function chosen_file(form) {
    return new Promise(function (chosen) {
      var field = document.createElement("input");
      field.type = "file";
      field.accept = form.dataset.file;
      field.addEventListener("change", function () {
        if (field.files.length) {
          chosen(field.files[0]);
        }
      });
      field.click();
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target.closest("form[data-post]");
    if (!form) {
      return;
    }
    event.preventDefault();
    if (form.dataset.file) {
      chosen_file(form).then(function (file) {
        var body = new FormData();
        body.append("file", file);
        post(form, { headers: { "Idempotency-Key": key_of_its_own() }, body: body });
      });
    } else {
      post(form, { headers: { "Content-Type": "application/json" }, body: body_of(form) });
    }
  });

  function post(form, sent) {
    var said = form.querySelector("[data-said]");
    var button = form.querySelector("button[type=submit]");
    button.disabled = true;
    fetch(form.dataset.post, {
      method: "POST",
      headers: sent.headers,
      body: sent.body,
    }).then(function (response) {
      return response.json().then(function (answer) {
        said.textContent = response.ok ? form.dataset.done : words(answer);
        said.className = response.ok ? "said" : "said refused";
        if (response.ok) {
          document.activeElement.blur();
          window.dash_clientside.set_props("recorded", { data: String(Date.now()) });
        }
      });
    }).catch(function () {
      said.textContent = form.dataset.failed;
      said.className = "said refused";
    }).then(function () {
      button.disabled = false;
    });
  }
})();
