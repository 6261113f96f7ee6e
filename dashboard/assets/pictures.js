/* A chart saved as a picture: the finding above it, the times and the clause below it, as SVG or PNG. Nothing leaves
   the browser: the parts are put together as one SVG, which a canvas turns into a PNG. */
(function () {
  var NS = "http://www.w3.org/2000/svg";
  var WIDTH = 1200, EDGE = 24, LEAST_HEIGHT = 420, PNG_SCALE = 2;
  var MOST_SCALE = 2; /* of what stands small on the page */
  var SIGNS = {
    met: "✔", "on-track": "◐", behind: "▲", rectifying: "◆", overdue: "■", "no-data": "○", "not-applicable": "–",
  };
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

  /* A colour as the file may say it everywhere: mixed ones are computed, and their transparency stands apart. */
  function plain(colour) {
    var pen = plain.pen || (plain.pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    var found = pen.getImageData(0, 0, 1, 1).data;
    return { fill: "rgb(" + found[0] + "," + found[1] + "," + found[2] + ")", "fill-opacity": (found[3] / 255).toFixed(3) };
  }

  /* The letters of a text as they stand, line by line, an ellipsis for those that are cut off. */
  function lines_of(text, limit) {
    var range = document.createRange(), lines = [], last, cut = false;
    Array.from(text.data).reduce(function (place, letter) {
      range.setStart(text, place);
      range.setEnd(text, place + letter.length);
      var at = range.getClientRects()[0];
      if (at && at.width && at.right > limit + 1) {
        cut = true;
      } else if (at && at.width) {
        if (!last || Math.abs(at.top - last.top) > 2) {
          last = { words: "", left: at.left, top: at.top, height: at.height };
          lines.push(last);
        }
        last.words += letter;
        last.right = at.right;
      }
      return place + letter.length;
    }, 0);
    if (cut && last) {
      last.words = last.words.slice(0, -1) + "…";
    }
    return lines;
  }

  /* What stands on the page as it is laid out there: grounds, lines, drawings, signs as characters, words. */
  function page_part(box) {
    var frame = box.getBoundingClientRect(), scale = Math.min((WIDTH - 2 * EDGE) / frame.width, MOST_SCALE);

    function rectangle(into, at, colour) {
      var told = plain(colour);
      if (Number(told["fill-opacity"]) && at.width > 0 && at.height > 0) {
        var place = { x: at.left - frame.left, y: at.top - frame.top, width: at.width, height: at.height };
        into.appendChild(element("rect", Object.assign(place, told)));
      }
    }

    function borders(into, at, style) {
      ["Top", "Right", "Bottom", "Left"].forEach(function (side) {
        var wide = style["border" + side + "Style"] === "none" ? 0 : parseFloat(style["border" + side + "Width"]);
        var upright = side === "Left" || side === "Right";
        rectangle(into, {
          left: side === "Right" ? at.right - wide : at.left, top: side === "Bottom" ? at.bottom - wide : at.top,
          width: upright ? wide : at.width, height: upright ? at.height : wide,
        }, style["border" + side + "Color"]);
      });
    }

    function words(into, text, style, limit) {
      lines_of(text, limit).forEach(function (line) {
        into.appendChild(element("text", Object.assign({
          x: line.left - frame.left, y: line.top - frame.top + line.height * 0.78, "font-size": parseFloat(style.fontSize),
          "font-weight": style.fontWeight, textLength: (line.right - line.left).toFixed(2), lengthAdjust: "spacingAndGlyphs",
        }, plain(style.color)), line.words));
      });
    }

    function walked(into, node, limit) {
      var style = window.getComputedStyle(node), at = node.getBoundingClientRect();
      if (style.display === "none" || style.visibility !== "visible" || node.classList.contains("hidden-text")) {
        return;
      }
      if (node.classList.contains("sign")) {
        var sign = SIGNS[node.className.replace(/.*sign-/, "")];
        into.appendChild(element("text", Object.assign({
          x: at.left - frame.left, y: at.bottom - frame.top - 1, "font-size": at.height,
        }, plain(style.color)), sign));
        return;
      }
      rectangle(into, at, style.backgroundColor);
      borders(into, at, style);
      if (node.nodeName === "IMG") {
        var drawing = parsed(decodeURIComponent(node.src.slice(node.src.indexOf(",") + 1)));
        into.appendChild(placed(drawing, at.left - frame.left, at.top - frame.top, at.width, at.height));
      }
      var inner = style.overflowX === "visible" ? limit : Math.min(limit, at.right);
      node.childNodes.forEach(function (child) {
        if (child.nodeType === Node.TEXT_NODE) {
          words(into, child, style, inner);
        } else if (child.nodeType === Node.ELEMENT_NODE) {
          walked(into, child, inner);
        }
      });
    }

    return Promise.resolve({
      height: frame.height * scale,
      draw: function (sheet, top) {
        var place = "translate(" + EDGE + " " + top + ") scale(" + scale.toFixed(4) + ")";
        walked(sheet.appendChild(element("g", { transform: place })), box, Infinity);
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
    var drawn = frame.querySelector("[data-drawn]");
    return (plot ? graph_part(plot) : list ? tiles_part(list) : page_part(drawn.querySelector("table") || drawn)).then(function (part) {
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
