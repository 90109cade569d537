// Files: a drop or a choice is sent at once; without JavaScript there is a button.
"use strict";
(function () {
  const doc = document;
  function live(root) {
    root.querySelectorAll("[data-drop]").forEach((form) => form.classList.add("live"));
  }
  function send(form) {
    form.querySelectorAll("input[type=file]").forEach((field) => { field.disabled = !field.files.length; });
    form.requestSubmit();
  }
  live(doc);
  doc.addEventListener("htmx:afterSwap", (event) => live(event.target));
  doc.addEventListener("change", (event) => {
    const form = event.target.matches("[data-send]") && event.target.closest("[data-drop]");
    if (form && event.target.files.length) send(form);
  });
  ["dragenter", "dragover"].forEach((kind) => doc.addEventListener(kind, (event) => {
    const form = event.target.closest && event.target.closest("[data-drop]");
    if (!form) return;
    event.preventDefault();
    form.classList.add("over");
  }));
  doc.addEventListener("dragleave", (event) => {
    const form = event.target.closest && event.target.closest("[data-drop]");
    if (form && !form.contains(event.relatedTarget)) form.classList.remove("over");
  });
  doc.addEventListener("drop", (event) => {
    const form = event.target.closest && event.target.closest("[data-drop]");
    if (!form || !event.dataTransfer.files.length) return;
    event.preventDefault();
    form.classList.remove("over");
    form.querySelector("input[type=file][multiple]").files = event.dataTransfer.files;
    send(form);
  });
})();
