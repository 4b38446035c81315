// Encrypts the report in the browser to the team's OpenPGP key, when the person ticks the box: description, details and
// files become one MIME message, which goes to the server as a file it cannot read. The library is loaded only then.

const box = document.getElementById("encrypt");
const form = document.getElementById("report");
const MOST = 30_000_000;
// What the server needs to answer: it stays readable, and the page says so.
const OUTSIDE = new Set(["once", "code", "upload", "kind", "language", "email", "pgp_key", "website", "attachments", "payload", "encrypt-here"]);

const base64 = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text).replace(/.{76}/g, "$&\r\n");
};
const utf8 = (text) => new TextEncoder().encode(text);
const word = (text) => `=?utf-8?B?${base64(utf8(text)).replace(/\r\n/g, "")}?=`;
const parameter = (text) => encodeURIComponent(text).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

function label(element) {
  const from = element.type === "radio" ? element.closest("fieldset")?.querySelector("legend") : element.labels?.[0];
  return [...(from?.childNodes ?? [])].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join("").trim() || element.name;
}

function inside() {
  return [...form.elements].filter((e) => e.name && !OUTSIDE.has(e.name) && !["file", "submit", "button"].includes(e.type));
}

function written(required) {
  const lines = [form.elements[required].value.trim()];
  for (const e of inside()) {
    if (e.name === required || !e.value.trim() || ((e.type === "radio" || e.type === "checkbox") && !e.checked)) continue;
    const value = e.type === "radio" ? (e.labels?.[0]?.textContent.trim() ?? e.value) : e.value.trim();
    lines.push(`${label(e)}:\n${value}`);
  }
  return lines.join("\n\n");
}

async function message(required, files) {
  const border = `wr-${crypto.randomUUID()}`;
  const text = written(required);
  const title = text.split("\n", 1)[0].slice(0, 120);
  const parts = [`Content-Type: multipart/mixed; boundary="${border}"; protected-headers="v1"\r\nSubject: ${word(title)}\r\n\r\n`];
  parts.push(`--${border}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(utf8(text))}\r\n`);
  for (const file of files) {
    const type = /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : "application/octet-stream";
    parts.push(`--${border}\r\nContent-Type: ${type}\r\nContent-Disposition: attachment; filename*=utf-8''${parameter(file.name)}\r\nContent-Transfer-Encoding: base64\r\n\r\n`);
    parts.push(base64(new Uint8Array(await file.arrayBuffer())), "\r\n");
  }
  parts.push(`--${border}--\r\n`);
  const bytes = utf8(parts.join(""));
  // Lengths tell something too: round up to an eighth of the next power of two, at least 4 KiB.
  const step = Math.max(4096, 2 ** Math.ceil(Math.log2(bytes.length)) / 8);
  const padded = new Uint8Array(Math.ceil(bytes.length / step) * step).fill(0x20);
  padded.set(bytes);
  return padded;
}

async function sealed(bytes) {
  const [openpgp, answer] = await Promise.all([import(box.dataset.library), fetch(box.dataset.key)]);
  if (!answer.ok) throw new Error("no key");
  const keys = await openpgp.readKeys({ armoredKeys: await answer.text() });
  const usable = [];
  for (const key of keys) {
    try { await key.getEncryptionKey(); usable.push(key); } catch { /* retired or for signing only */ }
  }
  if (!usable.length) throw new Error("no usable key");
  return openpgp.encrypt({ message: await openpgp.createMessage({ binary: bytes }), encryptionKeys: usable[0], format: "binary" });
}

if (box && form && globalThis.crypto?.subtle) {
  const words = Object.fromEntries(box.dataset.words.split("|").map((pair) => pair.split("=")));
  const tick = document.getElementById("encrypt-here");
  const line = box.querySelector("[data-encrypt-line]");
  const required = box.dataset.required;
  box.hidden = false;
  const more = () => { box.querySelector("[data-encrypt-more]").hidden = !tick.checked; line.textContent = ""; };
  tick.addEventListener("change", () => {
    more();
    if (tick.checked && form.querySelector("input[name=upload]")) line.textContent = words.arrived;
  });
  let busy = false;
  addEventListener("pageshow", () => {
    more();
    for (const e of form.elements) if (e.dataset.held) { e.disabled = false; delete e.dataset.held; }
    form.querySelector("input[data-made]")?.remove();
    busy = false;
  });

  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented || !tick.checked || event.submitter?.dataset.save !== undefined) return;
    const text = form.elements[required];
    if (!text.value.trim()) return;
    event.preventDefault();
    // The second click of a double click: the first one is at work.
    if (busy) return;
    busy = true;
    const stop = (word) => { busy = false; line.textContent = words[word]; };
    if (form.querySelector("input[name=upload]:not([data-made])")) return stop("arrived");
    const files = [...form.elements.attachments.files];
    if (files.reduce((sum, file) => sum + file.size, 0) > MOST) return stop("large");
    try {
      line.textContent = words.working;
      const bytes = await sealed(await message(required, files));
      line.textContent = words.sending;
      const token = await new Promise((done, fail) => form.dispatchEvent(new CustomEvent("wardroom:upload", {
        detail: { blob: new File([bytes], "report.pgp"), name: "report.pgp", type: "multipart/encrypted", done, fail },
      })));
      const made = Object.assign(document.createElement("input"), { type: "hidden", name: "upload", value: token });
      made.dataset.made = "yes";
      form.append(made);
      for (const e of [...inside(), form.elements.attachments, form.elements.payload, tick]) {
        if (e) { e.disabled = true; e.dataset.held = "yes"; }
      }
      form.submit();
    } catch (error) {
      console.warn("the report was not encrypted:", error);
      stop("failed");
    }
  });
}
