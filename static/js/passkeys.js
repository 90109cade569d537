// Passkeys: the browser makes one, or proves that it holds one. Without them the code field does.
"use strict";
(function () {
  const doc = document;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const failed = (shown) => doc.querySelectorAll("[data-passkey-failed]").forEach((el) => {
    el.hidden = !shown;
    el.classList.toggle("d-block", shown);
  });
  const keyed = (list) => (list || []).map((entry) => ({ ...entry, id: bytes(entry.id) }));
  if (!window.PublicKeyCredential) return;

  async function prove(form) {
    const options = JSON.parse(doc.getElementById(form.dataset.passkeyProve).textContent);
    const got = await navigator.credentials.get({ publicKey: {
      ...options, challenge: bytes(options.challenge), allowCredentials: keyed(options.allowCredentials) } });
    const r = got.response;
    form.elements.passkey.value = JSON.stringify({
      id: got.id, rawId: text(got.rawId), type: got.type, clientExtensionResults: {},
      response: { clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData),
        signature: text(r.signature), userHandle: r.userHandle ? text(r.userHandle) : null } });
    form.submit();
  }

  async function make(form, address) {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token } });
    const options = await answer.json();
    const made = await navigator.credentials.create({ publicKey: {
      ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: keyed(options.excludeCredentials) } });
    const r = made.response;
    form.elements.passkey.value = JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {},
      response: { clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject) } });
    form.submit();
  }

  doc.querySelectorAll("form[data-passkey-prove]").forEach((form) => {
    const button = form.querySelector("[data-passkey]");
    button.hidden = false;
    button.addEventListener("click", () => { failed(false); prove(form).catch(() => failed(true)); });
  });
  doc.querySelectorAll("[data-passkey-add]").forEach((mark) => {
    const form = mark.closest("form");
    form.addEventListener("submit", (event) => {
      if (form.elements.passkey.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      failed(false);
      make(form, mark.dataset.passkeyAdd).catch(() => failed(true));
    }, true);
  });
})();
