// Before the first paint: the system's theme where the person chose none, and the folded navigation.
"use strict";
(function () {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
  }
  apply();
  dark.addEventListener("change", apply);
  root.classList.add("js");
  try {
    if (localStorage.getItem("side") === "folded") root.classList.add("side-folded");
  } catch (_error) { /* a browser without storage keeps the navigation open */ }
})();
