// Amounts of an order while it is typed: the server computes, this only shows.
"use strict";
(function () {
  const set = document.querySelector("[data-formset][data-preview]");
  if (!set) return;
  const form = set.closest("form");
  let timer, asked = 0;

  function put(el, text) { if (el) el.textContent = text; }
  function show(data) {
    set.querySelectorAll("tr.order-line").forEach((row) => {
      const named = row.querySelector("[name$=-quantity]");
      const number = named && (named.name.match(/-(\d+)-/) || [])[1];
      const line = (data.lines || {})[number];
      put(row.querySelector("[data-line-net]"), line ? line.net : "–");
      if (!line) return;
      const price = row.querySelector("[name$=-price]");
      const tax = row.querySelector("[name$=-tax_rate]");
      if (price) price.placeholder = line.price;
      if (tax) tax.placeholder = line.tax_rate;
    });
    Object.entries(data.totals || {}).forEach(([name, text]) => put(set.querySelector('[data-total="' + name + '"]'), text));
    put(set.querySelector("[data-currency]"), data.currency || "");
  }
  function ask() {
    const turn = ++asked;
    fetch(set.dataset.preview, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } })
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((data) => { if (data && turn === asked) show(data); })
      .catch(() => {});
  }
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 200); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  set.addEventListener("click", later);
  later();
})();
