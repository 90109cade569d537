// Sums of a year's targets while they are typed; the months of a chosen person and year are fetched.
"use strict";
(function () {
  const table = document.querySelector("[data-sums]");
  if (!table) return;
  const form = table.closest("form");
  const language = document.documentElement.lang || "en";

  function read(text) {
    const number = Number(text.replace(/[,\s，]/g, ""));
    return Number.isFinite(number) ? number : 0;
  }
  table.addEventListener("input", (event) => {
    const metric = event.target.dataset.sum;
    if (!metric) return;
    let sum = 0;
    table.querySelectorAll('[data-sum="' + metric + '"]').forEach((cell) => { sum += read(cell.value); });
    table.querySelector('[data-sum-of="' + metric + '"]').textContent = sum.toLocaleString(language);
  });
  form.addEventListener("change", (event) => {
    if (!["staff", "year"].includes(event.target.name)) return;
    const typed = [...table.querySelectorAll("[data-sum]")].some((cell) => cell.value !== cell.defaultValue);
    const staff = form.elements.staff.value, year = form.elements.year.value;
    if (!typed && staff && /^20\d\d$/.test(year)) {
      window.location.search = "?" + new URLSearchParams({ staff: staff, year: year });
    }
  });
})();
