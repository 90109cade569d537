// The search box: what was found while typing, by keyboard and finger. Without this the page /search/ does it.
"use strict";
(function () {
  const doc = document;
  const form = doc.querySelector("form[data-search]");
  if (!form) return;
  const input = form.querySelector("input[name=q]");
  const box = doc.getElementById("topfound");
  let here = -1;

  const options = () => Array.from(box.querySelectorAll("[role=option]"));
  function show(open) {
    box.hidden = !open || !box.childElementCount;
    input.setAttribute("aria-expanded", String(!box.hidden));
    if (box.hidden) mark(-1);
  }
  function mark(next) {
    const all = options();
    here = all.length && next >= 0 ? next % all.length : -1;
    all.forEach((el, n) => {
      el.id = "found-" + n;
      el.setAttribute("aria-selected", String(n === here));
    });
    if (here < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", "found-" + here);
      all[here].scrollIntoView({ block: "nearest" });
    }
  }
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = options().length;
    if (event.key === "ArrowDown" && count) {
      event.preventDefault();
      show(true);
      mark(here + 1);
    } else if (event.key === "ArrowUp" && count) {
      event.preventDefault();
      mark(here <= 0 ? count - 1 : here - 1);
    } else if (event.key === "Enter" && here >= 0 && !box.hidden) {
      event.preventDefault();
      location.assign(options()[here].href);
    } else if (event.key === "Escape") {
      show(false);
    }
  });
  input.addEventListener("focus", () => show(true));
  input.addEventListener("input", () => { if (!input.value.trim()) { box.replaceChildren(); show(false); } });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) setTimeout(() => { if (!form.contains(doc.activeElement)) show(false); }, 150);
  });
  box.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("htmx:afterSwap", () => { mark(-1); show(doc.activeElement === input && Boolean(input.value.trim())); });
})();
