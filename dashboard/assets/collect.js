/* Dash's clientside functions of the monthly form. They must be there before the first page is drawn, the modules under
   src/ that do the work come later and only where there is a form: a call waits for them. */
(function () {
  var modules = null;
  function clientside() {
    modules = modules || import("./src/collect.js").catch(function (failed) {
      modules = null; /* the next call tries again */
      throw failed;
    });
    return modules;
  }
  function waiting(name) {
    return function () {
      var given = arguments;
      return clientside().then(function (loaded) {
        return loaded.clientside[name].apply(null, given);
      });
    };
  }
  var names = ["opened", "after_typed", "after_sent", "after_discarded", "after_file", "after_whole", "choose"];
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.biaochi_collect = {};
  names.forEach(function (name) {
    window.dash_clientside.biaochi_collect[name] = waiting(name);
  });
  if (window.location.pathname === "/collect") {
    clientside(); /* they load while the page is drawn */
  }
  /* Whoever signs out leaves nothing typed behind for the next one at this computer: src/kept_typing.js. */
  document.addEventListener("submit", function (event) {
    if (event.target.getAttribute("action") === "/sign-out") {
      try {
        Object.keys(window.localStorage)
          .filter(function (key) { return key.indexOf("biaochi_typed:") === 0; })
          .forEach(function (key) { window.localStorage.removeItem(key); });
      } catch (forbidden) {
        /* storage is switched off: nothing was kept */
      }
    }
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest('[data-does="print"]')) {
      window.print();
    }
  });
})();
