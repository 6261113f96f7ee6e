/* A chart saved as a picture: the finding above it, the times and the clause below it, as SVG or PNG. Nothing leaves
   the browser: the parts are put together as one SVG, which a canvas turns into a PNG. */
(function () {
  var NS = "http://www.w3.org/2000/svg";
  var WIDTH = 1200, EDGE = 24, LEAST_HEIGHT = 420, PNG_SCALE = 2;
  var TILE = { columns: 4, gap: 16, head: 44 };

  function token(name) {
    return window.getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  function element(name, attributes, text) {
    var made = document.createElementNS(NS, name);
    Object.keys(attributes).forEach(function (key) {
      made.setAttribute(key, attributes[key]);
    });
    if (text !== undefined) {
      made.textContent = text;
    }
    return made;
  }

  /* Lines no wider than `width`: broken between words, and anywhere in Chinese. */
  function wrapped(text, font, width) {
    var pen = document.createElement("canvas").getContext("2d"), lines = [], line = "";
    pen.font = font;
    (text.match(/[\u0021-\u024f]+|\s+|[^]/gu) || []).forEach(function (part) {
      if (line && pen.measureText(line + part.trimEnd()).width > width) {
        lines.push(line.trimEnd());
        line = "";
      }
      line += line ? part : part.trimStart();
    });
    return line ? lines.concat(line.trimEnd()) : lines;
  }

  /* Writes paragraphs below each other from `top`; answers where the next thing may stand. */
  function written(sheet, texts, top, size, style) {
    var font = (style.weight || 400) + " " + size + "px " + token("font"), step = Math.round(size * 1.43);
    texts.forEach(function (text) {
      wrapped(text, font, WIDTH - 2 * EDGE).forEach(function (line) {
        top += step;
        sheet.appendChild(element("text", {
          x: EDGE, y: top - Math.round(step * 0.28), "font-size": size, "font-weight": style.weight || 400, fill: style.fill,
        }, line));
      });
    });
    return top;
  }

  function parsed(text) {
    var root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    if (root.nodeName !== "svg") {
      throw new Error("not a drawing");
    }
    return document.importNode(root, true);
  }

  function placed(drawing, x, y, width, height) {
    if (!drawing.getAttribute("viewBox")) {
      drawing.setAttribute("viewBox", "0 0 " + width + " " + height);
    }
    Object.entries({ x: x, y: y, width: width, height: height }).forEach(function (entry) {
      drawing.setAttribute(entry[0], entry[1]);
    });
    return drawing;
  }

  /* A Plotly figure, drawn anew at the picture's width. */
  function graph_part(plot) {
    var width = WIDTH - 2 * EDGE, height = Math.max(plot.clientHeight, LEAST_HEIGHT);
    var options = { format: "svg", width: width, height: height, imageDataOnly: true };
    return window.Plotly.toImage(plot, options).then(function (text) {
      return {
        height: height,
        draw: function (sheet, top) {
          sheet.appendChild(placed(parsed(text), EDGE, top, width, height));
        },
      };
    });
  }

  /* Small charts in rows of four, each under its name and its value with the status's sign. */
  function tiles_part(list) {
    var tiles = Array.from(list.querySelectorAll(".multiple"));
    var width = (WIDTH - 2 * EDGE - (TILE.columns - 1) * TILE.gap) / TILE.columns;
    var first = tiles[0].querySelector("img"), height = width * first.getAttribute("height") / first.getAttribute("width");
    var step = TILE.head + height + TILE.gap;

    function text(sheet, x, y, words, style) {
      sheet.appendChild(element("text", Object.assign({ x: x, y: y, "font-size": 14 }, style), words));
    }

    return Promise.resolve({
      height: Math.ceil(tiles.length / TILE.columns) * step,
      draw: function (sheet, top) {
        tiles.forEach(function (tile, place) {
          var x = EDGE + (place % TILE.columns) * (width + TILE.gap), y = top + Math.floor(place / TILE.columns) * step;
          var sign = tile.querySelector(".sign"), source = tile.querySelector("img").src;
          text(sheet, x, y + 16, tile.querySelector(".multiple-name").textContent, { "font-weight": 600, fill: token("ink") });
          text(sheet, x, y + 36, tile.getAttribute("data-sign"), { fill: window.getComputedStyle(sign).color });
          text(sheet, x + 20, y + 36, tile.querySelector(".multiple-value").textContent, { fill: token("ink") });
          var drawing = parsed(decodeURIComponent(source.slice(source.indexOf(",") + 1)));
          sheet.appendChild(placed(drawing, x, y + TILE.head, width, height));
        });
      },
    });
  }

  function sheet_of(told, part) {
    var sheet = element("svg", { xmlns: NS, "font-family": token("font").replace(/"/g, "'"), width: WIDTH });
    var ground = sheet.appendChild(element("rect", { width: "100%", height: "100%", fill: token("paper") }));
    var top = written(sheet, [told.title], EDGE, 20, { weight: 600, fill: token("ink") });
    top = written(sheet, told.under, top, 14, { fill: token("muted") }) + 16;
    part.draw(sheet, top);
    top = written(sheet, told.foot, top + part.height + 12, 12, { fill: token("muted") }) + EDGE;
    sheet.setAttribute("height", top);
    sheet.setAttribute("viewBox", "0 0 " + WIDTH + " " + top);
    ground.setAttribute("height", top);
    return { text: new XMLSerializer().serializeToString(sheet), height: top };
  }

  function rastered(sheet) {
    var address = URL.createObjectURL(new Blob([sheet.text], { type: "image/svg+xml" })), image = new Image();
    return new Promise(function (done, failed) {
      image.onload = function () {
        var canvas = document.createElement("canvas");
        canvas.width = WIDTH * PNG_SCALE;
        canvas.height = sheet.height * PNG_SCALE;
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) {
          return blob ? done(blob) : failed(new Error("no picture"));
        }, "image/png");
      };
      image.onerror = failed;
      image.src = address;
    }).finally(function () {
      URL.revokeObjectURL(address);
    });
  }

  function saved(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(function () {
      URL.revokeObjectURL(link.href);
    }, 60000);
  }

  function picture(frame, form) {
    var told = JSON.parse(frame.getAttribute("data-picture"));
    var plot = frame.querySelector(".js-plotly-plot"), list = frame.querySelector(".multiples");
    return (plot ? graph_part(plot) : tiles_part(list)).then(function (part) {
      var sheet = sheet_of(told, part);
      return form === "png" ? rastered(sheet) : new Blob([sheet.text], { type: "image/svg+xml" });
    }).then(function (blob) {
      saved(blob, told.file + "." + form);
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest('[data-does="save-picture"]');
    if (!button || button.disabled) {
      return;
    }
    var frame = button.closest(".pictured"), said = frame.querySelector("[data-failed]");
    button.disabled = true;
    said.textContent = "";
    Promise.resolve().then(function () {
      return picture(frame, button.getAttribute("data-form"));
    }).catch(function () {
      said.textContent = said.getAttribute("data-failed");
    }).finally(function () {
      button.disabled = false;
    });
  });
})();
