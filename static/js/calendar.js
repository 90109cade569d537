// The calendar of visits: a planned visit, or a line of a plan that is still written, is dragged to another day, or moved with Shift and the arrow keys.
"use strict";
(function () {
  const doc = document;
  const words = doc.currentScript.dataset;
  const grid = doc.querySelector("[data-moves]");
  if (!grid) return;
  const said = doc.getElementById("moved-said");
  const cellOf = (day) => grid.querySelector('[data-day="' + day + '"]');
  let held = null;

  function token() {
    try { return JSON.parse(doc.body.getAttribute("hx-headers"))["X-CSRFToken"]; } catch (_e) { return ""; }
  }
  function say(text, undo) {
    said.hidden = false;
    said.className = undo === null ? "note note-warning moved-said" : "note moved-said";
    said.textContent = text + " ";
    if (!undo) return;
    const button = doc.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = words.undo;
    button.addEventListener("click", undo);
    said.append(button);
  }

  async function move(chip, day, isUndo) {
    const from = chip.closest("[data-day]").dataset.day;
    if (day === from || chip.dataset.busy) return;
    chip.dataset.busy = "1";
    try {
      const body = new FormData();
      body.append("day", day);
      body.append("version", chip.dataset.version);
      const answer = await fetch(chip.dataset.move, {
        method: "POST", body, redirect: "manual",
        headers: { "X-CSRFToken": token(), Accept: "application/json" },
      });
      if (answer.type === "opaqueredirect") { location.reload(); return; } // signed out meanwhile
      const read = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
      if (!answer.ok) { say(read.message || words.failed, null); return; }
      chip.dataset.version = read.version;
      const cell = cellOf(day);
      if (!cell) { location.reload(); return; }
      if (!chip.classList.contains("proposed")) {
        chip.classList.remove("late");
        chip.classList.add("planned");
      }
      const more = cell.querySelector(".day-more");
      if (more) more.before(chip); else cell.append(chip);
      chip.focus();
      // Nothing is planned for a day that has passed: what was overdue does not go back.
      say(read.message, isUndo || from < grid.dataset.today ? undefined : () => move(chip, from, true));
    } catch (_e) { say(words.failed, null); } finally { delete chip.dataset.busy; }
  }

  function shifted(day, by) {
    const moved = new Date(day + "T12:00:00Z");
    moved.setUTCDate(moved.getUTCDate() + by);
    return moved.toISOString().slice(0, 10);
  }
  grid.addEventListener("keydown", (event) => {
    const chip = event.target.closest("[data-move]");
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (!chip || !by || !event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move(chip, shifted(chip.closest("[data-day]").dataset.day, by));
  });

  grid.addEventListener("dragstart", (event) => {
    held = event.target.closest("[data-move]");
    if (!held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    held.classList.add("held");
  });
  const clear = () => grid.querySelectorAll(".over").forEach((cell) => cell.classList.remove("over"));
  grid.addEventListener("dragend", () => { if (held) held.classList.remove("held"); clear(); held = null; });
  grid.addEventListener("dragover", (event) => {
    const cell = event.target.closest("[data-day]");
    if (!held || !cell) return;
    event.preventDefault();
    clear();
    cell.classList.add("over");
  });
  grid.addEventListener("drop", (event) => {
    const cell = event.target.closest("[data-day]");
    if (!held || !cell) return;
    event.preventDefault();
    const chip = held;
    clear();
    move(chip, cell.dataset.day);
  });
})();
