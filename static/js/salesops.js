// The frame and the lists: menus, keyboard, chosen rows, parts fetched by htmx.
"use strict";
(function () {
  const doc = document;
  const typing = (el) => el && (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) || el.isContentEditable);

  // Menus: one open at a time, closed by Escape or a click elsewhere.
  const openMenus = () => doc.querySelectorAll("details.menu[open]");
  doc.addEventListener("click", (event) => {
    openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  doc.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
      if (typing(doc.activeElement)) doc.activeElement.blur();
    }
  });

  // Folded navigation is remembered by this browser.
  const fold = doc.querySelector("[data-fold]");
  if (fold) {
    const root = doc.documentElement;
    fold.setAttribute("aria-pressed", String(root.classList.contains("side-folded")));
    fold.addEventListener("click", () => {
      const folded = root.classList.toggle("side-folded");
      fold.setAttribute("aria-pressed", String(folded));
      try { localStorage.setItem("side", folded ? "folded" : "open"); } catch (_e) { /* not kept */ }
    });
  }

  // Keyboard: "/" searches, j and k move over rows, Enter opens.
  const rows = () => Array.from(doc.querySelectorAll("table.list tbody tr[data-href]"));
  function move(step) {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.classList.contains("here"));
    const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step))];
    if (now >= 0) all[now].classList.remove("here");
    next.classList.add("here");
    next.scrollIntoView({ block: "nearest" });
  }
  doc.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const box = doc.getElementById("listq") || doc.getElementById("topq");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    } else if (event.key === "j") { move(1); } else if (event.key === "k") { move(-1); }
    else if (event.key === "Enter" && event.target === doc.body) {
      const row = doc.querySelector("tr.here[data-href]");
      if (row) location.assign(row.dataset.href);
    } else if (event.key === "x") {
      const box = doc.querySelector("tr.here input[name=ids]");
      if (box) box.click();
    }
  });
  doc.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.defaultPrevented || event.target.closest("a, button, input, label, summary, select, .pick")) return;
    if (String(window.getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  });

  // Chosen rows and the bar that says how many there are.
  doc.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches("[data-pick-all], input[name=ids]")) return;
    const card = box.closest(".list-card");
    const boxes = Array.from(card.querySelectorAll("input[name=ids]"));
    if (box.matches("[data-pick-all]")) boxes.forEach((b) => { b.checked = box.checked; });
    const count = boxes.filter((b) => b.checked).length;
    card.classList.toggle("bulk-on", count > 0);
    const said = card.querySelector("[data-picked]");
    if (said) said.textContent = count;
    const all = card.querySelector("[data-pick-all]");
    if (all) { all.checked = count === boxes.length; all.indeterminate = count > 0 && count < boxes.length; }
  });

  // On a phone each row is a card: its figures and dates carry the name of their column.
  function nameCells(within) {
    within.querySelectorAll(".table-wrap > table:not(.stacked, .cross, .age-table, .open-items)").forEach((table) => {
      const wide = table.parentElement.scrollWidth > table.parentElement.clientWidth + 1;
      if (wide && table.tHead && !table.closest(".workbench") && !table.querySelector("input, select, [rowspan]")) table.classList.add("stacked", "named");
    });
    within.querySelectorAll("table.list.stacked, table.named").forEach((table) => {
      const names = Array.from(table.querySelectorAll("thead th"), (th) => (th.querySelector(".visually-hidden") ? "" : th.textContent.trim()));
      table.querySelectorAll("tbody tr, tfoot tr").forEach((row) => {
        let at = 0;
        Array.from(row.cells).forEach((cell) => {
          if (names[at] && cell.colSpan === 1) cell.dataset.name = names[at];
          at += cell.colSpan;
        });
      });
    });
  }
  if (window.matchMedia("(max-width: 820px)").matches) {
    nameCells(doc);
    doc.addEventListener("house:part", (event) => nameCells(event.detail.parentElement || doc));
  }

  // A question before an act that cannot simply be taken back.
  doc.addEventListener("click", (event) => {
    const button = event.target.closest("[data-confirm]");
    if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
  });
  doc.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
  doc.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // Tabs: the chosen one is marked; the address remembers it.
  doc.addEventListener("click", (event) => {
    const tab = event.target.closest(".tab-line [role=tab]");
    if (!tab) return;
    tab.parentElement.querySelectorAll("[role=tab]").forEach((t) => t.setAttribute("aria-selected", String(t === tab)));
  });

  // Pages beside this one: on a narrow screen the line starts at the one that is open.
  doc.querySelectorAll(".page-tabs [aria-current]").forEach((tab) => {
    const line = tab.parentElement;
    const off = tab.getBoundingClientRect().left - line.getBoundingClientRect().left;
    line.scrollLeft += off - (line.clientWidth - tab.offsetWidth) / 2;
  });

  // An address that ends in #comments or #files opens that tab; this runs before the parts are fetched.
  const wanted = location.hash.slice(1);
  const named = wanted && [...doc.querySelectorAll(".tab-line [role=tab]")].find((t) => t.getAttribute("href").endsWith(`.${wanted}`));
  if (named) {
    named.parentElement.querySelectorAll("[role=tab]").forEach((t) => {
      t.setAttribute("aria-selected", String(t === named));
      t.setAttribute("hx-trigger", t === named ? "load, click" : "click");
    });
    named.closest(".tabs").scrollIntoView();
  }

  // What did not arrive is said where it would have stood; refusals of the server are shown as they are.
  doc.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status === 400 || status === 403 || status === 404 || status === 409 || status === 422) event.detail.shouldSwap = true;
  });
  doc.addEventListener("htmx:afterSwap", (event) => {
    doc.dispatchEvent(new CustomEvent("house:part", { detail: event.detail.target }));
  });
})();
