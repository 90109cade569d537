/* Open items in a form: what is left is shown live, "oldest first" fills in. Amounts count in cents. */
"use strict";
(() => {
  const cents = (text) => {
    const clean = (text || "").normalize("NFKC").replace(/[,\s]/g, "");
    if (!/^\d+(\.\d{1,2})?$/.test(clean)) return 0n;
    const [whole, part = ""] = clean.split(".");
    return BigInt(whole) * 100n + BigInt(part.padEnd(2, "0"));
  };
  const shown = (value) => {
    const text = (value < 0n ? -value : value).toString().padStart(3, "0");
    const whole = text.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
    return `${value < 0n ? "−" : ""}${whole}.${text.slice(-2)}`;
  };
  const plain = (value) => {
    const text = value.toString().padStart(3, "0");
    return `${text.slice(0, -2)}.${text.slice(-2)}`;
  };
  const box = () => document.querySelector("[data-money], [data-money-amount]");
  const money = (part) => {
    const field = part.dataset.money && document.getElementById(part.dataset.money);
    return cents(field ? field.value : part.dataset.moneyAmount);
  };
  const inputs = (part) => [...part.querySelectorAll("[data-open-items] input[data-open]")];
  const refresh = () => {
    const part = box();
    const out = part && part.querySelector("[data-difference]");
    if (!out) return;
    const left = inputs(part).reduce((rest, input) => rest - cents(input.value), money(part));
    out.textContent = `${left < 0n ? out.dataset.over : out.dataset.left}: ${shown(left)}`;
    out.classList.toggle("over", left < 0n);
    const button = part.querySelector("[data-oldest-first]");
    if (button) button.hidden = false;
  };
  document.addEventListener("input", (event) => {
    if (event.target.closest("[data-open-items]") || event.target.id === "id_amount") refresh();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-oldest-first]")) return;
    const part = box();
    let left = money(part);
    for (const input of inputs(part)) {
      const open = input.dataset.disputed ? 0n : cents(input.dataset.open);
      const take = open < left ? open : left;
      input.value = take > 0n ? plain(take) : "";
      left -= take;
    }
    refresh();
  });
  document.addEventListener("htmx:afterSettle", refresh);
  refresh();
})();
