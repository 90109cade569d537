// Visits: the checklist of the kind, the position of the device, and records written without network.
"use strict";
(function () {
  const doc = document;
  const words = doc.currentScript.dataset;
  const person = doc.body.dataset.person || "0";
  const SHELF = "visits";

  // The checklist of the kind that is chosen.
  function showChecklist(form) {
    const kind = (form.querySelector("[name=kind]:checked") || form.querySelector("select[name=kind]") || {}).value;
    form.querySelectorAll("[data-kind]").forEach((group) => { group.hidden = group.dataset.kind !== kind; });
  }
  const logForms = () => Array.from(doc.querySelectorAll("form:has(input[name=client_key])"));
  logForms().forEach(showChecklist);
  doc.addEventListener("change", (event) => {
    if (event.target.name === "kind" && event.target.form) showChecklist(event.target.form);
  });

  // "I am there now": the device says where it is; where it cannot, a reason is asked for.
  function locate(box) {
    const part = box.closest(".check-in");
    const said = part.querySelector(".place-said");
    const put = (name, value) => { part.querySelector("[name=" + name + "]").value = value; };
    const reason = part.querySelector(".place-reason");
    ["latitude", "longitude", "accuracy", "captured_at"].forEach((name) => put(name, ""));
    said.textContent = "";
    if (!box.checked) return;
    put("captured_at", new Date().toISOString());
    const none = () => { said.textContent = said.dataset.none; reason.classList.remove("js-later"); };
    if (!navigator.geolocation) { none(); return; }
    said.textContent = said.dataset.waiting;
    navigator.geolocation.getCurrentPosition((found) => {
      put("latitude", found.coords.latitude.toFixed(6));
      put("longitude", found.coords.longitude.toFixed(6));
      put("accuracy", String(Math.min(Math.ceil(found.coords.accuracy), 10000000)));
      said.textContent = said.dataset.found.replace("%s", Math.ceil(found.coords.accuracy));
    }, none, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
  }
  doc.addEventListener("change", (event) => { if (event.target.matches("[data-locate]")) locate(event.target); });

  // --- records kept on the phone ------------------------------------------------------------------
  function store() {
    return new Promise((done, fail) => {
      const asked = indexedDB.open("visits", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("kept", { keyPath: "key" });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  }
  async function within(mode, act) {
    const db = await store();
    try {
      return await new Promise((done, fail) => {
        const turn = db.transaction("kept", mode);
        const asked = act(turn.objectStore("kept"));
        turn.oncomplete = () => done(asked.result);
        turn.onerror = turn.onabort = () => fail(turn.error);
      });
    } finally { db.close(); }
  }
  const put = (entry) => within("readwrite", (kept) => kept.put(entry));
  const drop = (key) => within("readwrite", (kept) => kept.delete(key));
  const mine = async () => (await within("readonly", (kept) => kept.getAll()))
    .filter((entry) => entry.person === person).sort((a, b) => a.made - b.made);

  async function reachable() {
    if (!navigator.onLine) return false;
    try {
      return (await fetch(words.ping, { cache: "no-store", signal: AbortSignal.timeout(4000) })).ok;
    } catch (_e) { return false; }
  }

  function newKey() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function labelOf(form) {
    const chosen = form.querySelector("select[name=whom], select[name=customer]");
    const picked = chosen && chosen.selectedOptions && chosen.selectedOptions[0];
    return (picked && picked.text) || form.dataset.whom || doc.querySelector("h1").textContent;
  }

  async function keep(form) {
    const fields = [], files = [];
    new FormData(form).forEach((value, name) => {
      if (["csrfmiddlewaretoken", "form_key", "form_version", "kept_by", "kept_label", "device_at"].includes(name)) return;
      if (value instanceof File) { if (value.size) files.push([name, value]); } else fields.push([name, value]);
    });
    const key = form.querySelector("[name=client_key]").value;
    await put({ key, person, label: labelOf(form), fields, files, made: Date.now(), error: "" });
    try { localStorage.removeItem("draft:" + person + ":" + location.pathname); } catch (_e) { /* none */ }
    if (key === editing) editing = "";
    form.reset();
    takesPlaceNow();
    form.querySelector("[name=client_key]").value = "";
    form.querySelectorAll(".place-said").forEach((said) => { said.textContent = ""; });
    showChecklist(form);
  }

  // The page that was put aside may be days old: what is written now took place now, unless the person says otherwise.
  function takesPlaceNow() {
    const field = doc.querySelector("form[data-offline] [name=visited_at]");
    if (!field) return;
    const now = new Date();
    field.defaultValue = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    field.value = field.defaultValue;
  }
  takesPlaceNow();

  // Whom a record belongs to on this device, and what it is called there; the server does not read them.
  function mark(form, name, value) {
    let field = form.querySelector("input[name=" + name + "]");
    if (!field) {
      field = doc.createElement("input");
      field.type = "hidden";
      field.name = name;
      form.append(field);
    }
    field.value = value;
  }

  window.addEventListener("submit", (event) => {
    const form = event.target;
    const key = form.querySelector("input[name=client_key]");
    if (!key) return;
    if (!key.value) key.value = newKey();
    mark(form, "kept_by", person);
    mark(form, "kept_label", labelOf(form));
    mark(form, "device_at", new Date().toISOString());
    const aside = form.hasAttribute("data-offline");
    if (!aside && navigator.onLine) return; // sent as any form; if that fails, the worker keeps it
    event.preventDefault();
    event.stopImmediatePropagation();
    const fields = ["select[name=whom]", "[name=result]"].map((name) => form.querySelector(name));
    const missing = fields.find((field) => field && !field.value.trim());
    if (missing) { missing.focus(); say(words.missing); return; }
    keep(form).then(async () => {
      say(words.kept);
      await draw();
      send();
    });
  }, true);

  function say(text) {
    let note = doc.getElementById("kept-said");
    if (!note) {
      note = doc.createElement("div");
      note.id = "kept-said";
      note.className = "note";
      note.setAttribute("role", "status");
      doc.getElementById("content").prepend(note);
    }
    note.textContent = text;
    note.scrollIntoView({ block: "nearest" });
  }

  function token() {
    try { return JSON.parse(doc.body.getAttribute("hx-headers"))["X-CSRFToken"]; } catch (_e) { return ""; }
  }

  async function sendOne(entry) {
    const body = new FormData();
    entry.fields.forEach(([name, value]) => body.append(name, value));
    entry.files.forEach(([name, file]) => body.append(name, file, file.name));
    body.set("device_at", new Date().toISOString()); // a wrong clock is put right by it
    const answer = await fetch(words.send, {
      method: "POST", body, redirect: "manual",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
    });
    const kind = answer.headers.get("Content-Type") || "";
    if (answer.type === "opaqueredirect" || !kind.includes("json")) return "later"; // signed out, or away
    const said = await answer.json();
    if (answer.ok) { await drop(entry.key); return "sent"; }
    entry.error = said.message;
    await put(entry);
    return "refused";
  }

  let sending = false;
  let editing = ""; // the key of what is in the form again; it stays on the device until it is saved anew
  async function send() {
    if (sending || !("indexedDB" in window)) return;
    sending = true;
    try {
      const work = async () => {
        const kept = await mine();
        if (!kept.length || !(await reachable())) return;
        let sent = 0;
        for (const entry of kept) {
          if (entry.key === editing) continue;
          const what = await sendOne(entry);
          if (what === "later") break;
          if (what === "sent") sent += 1;
        }
        if (sent) say(words.sent.replace("%s", sent));
      };
      if (navigator.locks) await navigator.locks.request("visits", work); else await work();
    } catch (_e) { /* no network after all: tried again later */ } finally { sending = false; }
    await draw();
  }

  // What is kept is said on every page; the page for visits lists it.
  async function draw() {
    const kept = await mine();
    const list = doc.getElementById("kept-visits");
    if (list) {
      const shown = kept.filter((entry) => entry.key !== editing);
      list.replaceChildren(...shown.map(line));
      list.closest("section").hidden = !shown.length;
    } else {
      let note = doc.getElementById("kept-note");
      if (!kept.length) { if (note) note.remove(); return; }
      if (!note) {
        note = doc.createElement("div");
        note.id = "kept-note";
        note.className = "note note-warning";
        doc.getElementById("content").prepend(note);
      }
      const link = doc.createElement("a");
      link.href = words.page;
      link.textContent = words.look;
      note.replaceChildren(words.waiting.replace("%s", kept.length) + " ", link);
    }
  }
  function line(entry) {
    const item = doc.createElement("li");
    const what = doc.createElement("div");
    what.className = "what";
    what.textContent = entry.label;
    const small = doc.createElement("small");
    const result = entry.fields.find(([name]) => name === "result");
    small.textContent = (result ? result[1] : "").slice(0, 120);
    what.append(small);
    if (entry.error) {
      const wrong = doc.createElement("small");
      wrong.className = "late-note";
      wrong.textContent = entry.error;
      what.append(wrong);
    }
    item.append(what, button(words.edit, () => edit(entry)), button(words.discard, async () => {
      if (window.confirm(words.sure)) { await drop(entry.key); await draw(); }
    }));
    return item;
  }
  function button(text, act) {
    const made = doc.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }
  // Back into the form, under the same key: what was sent meanwhile is not written twice.
  async function edit(entry) {
    const form = doc.querySelector("form[data-offline]");
    form.reset();
    form.querySelectorAll("input[type=checkbox]").forEach((box) => { box.checked = false; });
    entry.fields.forEach(([name, value]) => {
      form.querySelectorAll('[name="' + name + '"]').forEach((field) => {
        if (field.type === "radio" || field.type === "checkbox") { if (field.value === value) field.checked = true; }
        else {
          if (field.tagName === "SELECT" && !Array.from(field.options).some((o) => o.value === value)) {
            field.add(new Option(entry.label, value));
          }
          field.value = value;
        }
      });
    });
    const given = entry.fields.find(([name]) => name === "customer");
    const whom = form.querySelector("[name=whom]");
    if (given && !whom.value) {
      whom.add(new Option(entry.label, "c:" + given[1]));
      whom.value = "c:" + given[1];
    }
    const photos = form.querySelector("input[type=file][name=photos]");
    if (photos && entry.files.length) {
      const given = new DataTransfer();
      entry.files.forEach(([name, file]) => { if (name === "photos") given.items.add(file); });
      photos.files = given.files;
    }
    // What was refused for its place is answered with a reason; the field is there without asking the device anew.
    const place = form.querySelector("[name=place_reason]");
    const arrived = form.querySelector("[name=arrived]");
    if (place && arrived && arrived.checked && (entry.error || place.value)) place.closest(".place-reason").classList.remove("js-later");
    editing = entry.key;
    await draw();
    showChecklist(form);
    form.querySelector("[name=result]").focus();
  }

  // --- the page that answers without network --------------------------------------------------------
  async function putAside() {
    if (!("serviceWorker" in navigator) || !("caches" in window)) return;
    if (!doc.querySelector('a[href="' + words.log + '"]')) return;
    await navigator.serviceWorker.register(words.worker, { scope: "/" });
    const mark = "visits-aside:" + person;
    if (Date.now() - Number(localStorage.getItem(mark) || 0) < 30 * 60000 && (await caches.has(SHELF))) return;
    const page = await fetch(words.page, { redirect: "manual" });
    if (!page.ok) return;
    const text = await page.clone().text();
    const read = new DOMParser().parseFromString(text, "text/html");
    const parts = Array.from(read.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]"), (part) => part.src || part.href)
      .filter((url) => url.startsWith(location.origin));
    const shelf = await caches.open(SHELF);
    await shelf.addAll(parts);
    await shelf.put(words.page, page);
    const wanted = new Set([...parts, new URL(words.page, location.href).href]);
    for (const old of await shelf.keys()) if (!wanted.has(old.url)) await shelf.delete(old);
    localStorage.setItem(mark, String(Date.now()));
  }
  doc.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    if ("caches" in window) caches.delete(SHELF);
    try { localStorage.removeItem("visits-aside:" + person); } catch (_e) { /* none */ }
  });

  if (person !== "0" && "indexedDB" in window) {
    draw().then(send).catch(() => {});
    window.addEventListener("online", send);
    const quiet = window.requestIdleCallback || ((act) => setTimeout(act, 500));
    if (navigator.onLine) quiet(() => { putAside().catch(() => {}); });
  }
})();
