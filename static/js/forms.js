// Forms: drafts that survive, one submit at a time, lines, pickers.
"use strict";
(function () {
  const doc = document;
  const person = (doc.body.dataset.person || "0");
  const keyOf = (form) => "draft:" + person + ":" + location.pathname + (form.id ? "#" + form.id : "");
  const SECRET = /^(csrfmiddlewaretoken|form_key|form_version|client_key|seen)$/;
  const store = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch (_e) { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch (_e) { /* full */ } },
    drop(key) { try { localStorage.removeItem(key); } catch (_e) { /* none */ } },
  };

  function fields(form) {
    return Array.from(form.elements).filter((el) => el.name && !SECRET.test(el.name) &&
      !["password", "file", "submit", "button"].includes(el.type));
  }
  function snapshot(form) {
    return fields(form).map((el) => [el.name, el.type === "checkbox" || el.type === "radio" ? [el.value, el.checked]
      : el.multiple ? Array.from(el.selectedOptions, (o) => o.value)
      : el.tagName === "SELECT" && el.selectedOptions[0] ? { v: el.value, t: el.selectedOptions[0].text } : el.value]);
  }
  function restore(form, draft) {
    const total = draft.find(([name]) => /-TOTAL_FORMS$/.test(name));
    if (total) {
      const set = form.querySelector("[data-formset]");
      const now = set && set.querySelector("[name$=-TOTAL_FORMS]");
      while (now && Number(now.value) < Math.min(Number(total[1]), 200)) addLine(set);
    }
    const seen = {};
    const byName = {};
    fields(form).forEach((el) => { (byName[el.name] = byName[el.name] || []).push(el); });
    draft.forEach(([name, value]) => {
      const el = (byName[name] || [])[seen[name] = (seen[name] ?? -1) + 1];
      if (!el || /-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/.test(name)) return;
      if (el.type === "checkbox" || el.type === "radio") el.checked = value[1];
      else if (el.multiple) Array.from(el.options).forEach((o) => { o.selected = value.includes(o.value); });
      else if (value && typeof value === "object") {
        if (value.v && !Array.from(el.options).some((o) => o.value === value.v)) el.add(new Option(value.t, value.v));
        el.value = value.v;
      } else el.value = value;
      const folded = el.closest("details.form-more");
      if (folded && el.value) folded.open = true;
    });
  }

  // What a restored choice brings along (the open items of a customer) is fetched, then what was typed there comes
  // back, too, unless the rows are others by now.
  function follow(form, draft) {
    const kept = new Map(draft);
    form.querySelectorAll("[hx-trigger*='change from:#']").forEach((part) => {
      const ids = Array.from(part.getAttribute("hx-trigger").matchAll(/from:#([\w-]+)/g), (m) => m[1]);
      const source = ids.map((id) => doc.getElementById(id)).find((el) => el && el.value);
      if (!source) return;
      part.addEventListener("htmx:afterSettle", () => {
        const inside = Array.from(part.querySelectorAll("[name]"));
        if (inside.some((el) => el.type === "hidden" && kept.get(el.name) !== el.value)) return;
        const names = new Set(inside.filter((el) => el.type !== "hidden").map((el) => el.name));
        restore(form, draft.filter(([name]) => names.has(name)));
      }, { once: true });
      window.addEventListener("load", () => source.dispatchEvent(new Event("change", { bubbles: true })));
    });
  }

  // A draft that was sent and led away from its form has arrived.
  try {
    const sent = sessionStorage.getItem("sent");
    const here = "draft:" + person + ":" + location.pathname;
    if (sent && !doc.body.classList.contains("bare") && sent !== here && !sent.startsWith(here + "#")) {
      store.drop(sent);
      sessionStorage.removeItem("sent");
    }
  } catch (_e) { /* no storage, no drafts */ }

  doc.querySelectorAll("form[data-draft]").forEach((form) => {
    const key = keyOf(form);
    const draft = store.get(key);
    const asServer = JSON.stringify(snapshot(form));
    if (draft && draft.fields && !form.hasAttribute("data-answered") && JSON.stringify(draft.fields) !== asServer) {
      restore(form, draft.fields);
      follow(form, draft.fields);
      const note = doc.getElementById("draft-note");
      if (note) {
        const shown = note.content.firstElementChild.cloneNode(true);
        shown.querySelector("button").addEventListener("click", () => { store.drop(key); location.reload(); });
        form.prepend(shown);
      }
    }
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => store.set(key, { fields: snapshot(form) }), 300);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      store.set(key, { fields: snapshot(form) });
      try { sessionStorage.setItem("sent", key); } catch (_e) { /* kept until discarded */ }
    });
  });

  // One submit at a time; coming back by the browser's button frees the form again.
  doc.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    form.querySelectorAll("button[type=submit]").forEach((b) => b.setAttribute("aria-disabled", "true"));
    setTimeout(() => { delete form.dataset.sending; }, 8000);
  });
  window.addEventListener("pageshow", () => {
    doc.querySelectorAll("form[data-sending]").forEach((form) => {
      delete form.dataset.sending;
      form.querySelectorAll("[aria-disabled]").forEach((b) => b.removeAttribute("aria-disabled"));
    });
  });
  doc.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    try {
      Object.keys(localStorage).filter((k) => k.startsWith("draft:" + person + ":")).forEach((k) => localStorage.removeItem(k));
    } catch (_e) { /* nothing kept */ }
  });

  // Lines: a button adds an empty one, another takes one out.
  function addLine(set) {
    const total = set.querySelector("[name$=-TOTAL_FORMS]");
    const most = set.querySelector("[name$=-MAX_NUM_FORMS]");
    const blank = set.querySelector("template");
    if (!blank || Number(total.value) >= Number(most.value)) return null;
    const row = blank.content.firstElementChild.cloneNode(true);
    const number = total.value;
    row.querySelectorAll("[name], [id], [for]").forEach((el) => {
      ["name", "id", "for"].forEach((a) => { if (el.hasAttribute(a)) el.setAttribute(a, el.getAttribute(a).replace("__prefix__", number)); });
    });
    set.querySelector("tbody").append(row);
    total.value = Number(number) + 1;
    pickers(row);
    return row;
  }
  doc.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-line]");
    if (add) {
      event.preventDefault();
      const row = addLine(add.closest("[data-formset]"));
      const first = row && row.querySelector("input:not([type=hidden]), select");
      if (first) first.focus();
    }
    const drop = event.target.closest("[data-drop-line]");
    if (drop) {
      const row = drop.closest("tr");
      row.querySelector("[name$=-DELETE]").checked = true;
      row.classList.add("dropped");
      row.querySelectorAll("[required]").forEach((el) => { el.required = false; });
      row.closest("form").dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // Pickers: long choices are searched on the server.
  function pickers(root) {
    if (!window.TomSelect) return;
    root.querySelectorAll("select[data-pick]:not(.tomselected)").forEach((select) => {
      if (select.closest("template")) return;
      const url = select.dataset.pick;
      const settings = { maxOptions: 100, allowEmptyOption: false, plugins: select.multiple ? ["remove_button"] : [],
        render: { no_results: (data, escape) => '<div class="no-results">' + escape(select.dataset.none || "–") + "</div>" } };
      if (url) {
        Object.assign(settings, {
          valueField: "id", labelField: "text", searchField: [], preload: "focus",
          load(query, done) {
            fetch(url + (url.includes("?") ? "&" : "?") + "q=" + encodeURIComponent(query), { headers: { "HX-Request": "true" } })
              .then((answer) => (answer.ok ? answer.json() : { results: [] }))
              .then((data) => { this.clearOptions(); done(data.results); }).catch(() => done([]));
          },
        });
      }
      const made = new window.TomSelect(select, settings);
      select.setAttribute("aria-hidden", "true");
      made.on("change", () => select.dispatchEvent(new Event("input", { bubbles: true })));
    });
  }
  pickers(doc);
  doc.addEventListener("house:part", (event) => pickers(event.detail));

  // The first field at fault gets the focus, so that one knows where to go on.
  const wrong = doc.querySelector(".house-form .is-invalid");
  if (wrong) wrong.focus({ preventScroll: false });
})();
