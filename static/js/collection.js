// The work queue of collection: a key opens an act of the row that j and k moved to.
"use strict";
(function () {
  const acts = { c: "log", p: "promise", l: "letter", s: "pause" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !acts[event.key]) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const row = document.querySelector("tr.here[data-href]");
    if (row) location.assign(row.dataset.href + acts[event.key] + "/");
  });
})();
