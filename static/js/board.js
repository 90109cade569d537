// The board of deals: a card dropped on another column, or moved by Ctrl and an arrow key, sends the form that stands
// on the card.
"use strict";
(function () {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  let held = null;

  board.addEventListener("dragstart", (event) => {
    held = event.target.closest("[draggable=true]");
    if (!held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    held.classList.add("held");
  });
  board.addEventListener("dragend", () => {
    if (held) held.classList.remove("held");
    board.querySelectorAll(".over").forEach((column) => column.classList.remove("over"));
    held = null;
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!held || !column || column.contains(held)) return;
    event.preventDefault();
    board.querySelectorAll(".over").forEach((other) => other.classList.toggle("over", other === column));
    column.classList.add("over");
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!held || !column || column.contains(held)) return;
    event.preventDefault();
    move(held, column);
  });
  board.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const card = event.target.closest(".deal-card[draggable=true]");
    if (!step || !card || !event.ctrlKey || event.target !== card) return;
    const columns = [...board.querySelectorAll("[data-stage]")];
    const column = columns[columns.indexOf(card.closest("[data-stage]")) + step];
    if (!column) return;
    event.preventDefault();
    move(card, column);
  });

  function move(card, column) {
    const form = card.querySelector("form.deal-move");
    form.elements.to.value = column.dataset.stage;
    form.requestSubmit();
  }
})();
