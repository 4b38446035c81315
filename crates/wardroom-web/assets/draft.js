// Keeps what is typed into the report form on this device, encrypted with a key that cannot be exported, for seven
// days, until the report is sent or the person says otherwise. Nothing leaves the device.

const DAYS = 7;
const form = document.querySelector("form[data-draft]");
const line = document.getElementById("draft-line");

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("wardroom-draft", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store(mode, use) {
  const db = await open();
  try {
    const request = use(db.transaction("kept", mode).objectStore("kept"));
    return await new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    db.close();
  }
}

const get = (key) => store("readonly", (s) => s.get(key));
const put = (key, value) => store("readwrite", (s) => s.put(value, key));
const clear = () => store("readwrite", (s) => s.clear());

async function deviceKey() {
  let key = await get("key");
  if (!key) {
    key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await put("key", key);
  }
  return key;
}

function fields() {
  return [...form.elements].filter((e) => e.name && !["hidden", "file", "submit", "button", "password"].includes(e.type) && !e.closest("[data-no-draft]"));
}

function typed() {
  const values = [];
  for (const e of fields()) {
    if ((e.type === "radio" || e.type === "checkbox") ? e.checked : e.value) values.push([e.name, e.value]);
  }
  return values;
}

function fill(values) {
  for (const e of fields()) {
    const mine = values.filter(([name]) => name === e.name).map(([, value]) => value);
    if (e.type === "radio" || e.type === "checkbox") {
      if (!mine.length || e.checked === mine.includes(e.value)) continue;
      e.checked = !e.checked;
      // What a box opens, opens.
      if (e.type === "checkbox") e.dispatchEvent(new Event("change"));
    } else if (!e.value && mine.length) e.value = mine[0];
  }
}

function uploads() {
  return [...form.querySelectorAll("[data-upload]")].map((row) => JSON.parse(row.dataset.upload)).filter((one) => one.token);
}

async function keep() {
  const values = typed();
  const files = uploads();
  if (!files.length && !values.some(([name]) => form.elements[name]?.type !== undefined)) return;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await deviceKey(), new TextEncoder().encode(JSON.stringify({ values, files, once: form.elements.once.value })));
  await put("draft", { iv, sealed, at: Date.now() });
  say(line.dataset.kept);
}

async function restore() {
  const draft = await get("draft");
  if (!draft) return;
  if (Date.now() - draft.at > DAYS * 86_400_000) return clear();
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: draft.iv }, await deviceKey(), draft.sealed);
  const kept = JSON.parse(new TextDecoder().decode(plain));
  const { values, files = [], once } = Array.isArray(kept) ? { values: kept } : kept;
  fill(values);
  // The same draft is the same report, even when an answer to it got lost; a form that came back with faults knows better.
  if (once && !document.getElementById("error-summary")) form.elements.once.value = once;
  if (files.length) form.dispatchEvent(new CustomEvent("wardroom:restore", { detail: files }));
  say(line.dataset.restored);
}

function say(text) {
  line.hidden = false;
  line.querySelector("[data-text]").textContent = text;
}

let timer;
function later() {
  clearTimeout(timer);
  timer = setTimeout(() => keep().catch(() => {}), 800);
}

if (form && line && globalThis.indexedDB && globalThis.crypto?.subtle) {
  const never = document.getElementById("draft-never");
  restore().catch(() => {});
  form.addEventListener("wardroom:kept", () => { if (!never?.checked) later(); });
  form.addEventListener("input", (event) => {
    if (event.isComposing || event.target === never || never?.checked) return;
    later();
  });
  never?.addEventListener("change", () => { if (never.checked) { clearTimeout(timer); clear().catch(() => {}); say(line.dataset.off); } });
  line.querySelector("button").addEventListener("click", () => {
    clearTimeout(timer);
    clear().catch(() => {});
    say(line.dataset.deleted);
  });
}

// The usual key to send, never in the middle of composing a character.
form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) form.requestSubmit();
});

// The receipt page says that the report has arrived: then the draft has done its work.
if (document.querySelector("[data-draft-done]") && globalThis.indexedDB) clear().catch(() => {});
