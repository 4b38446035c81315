// Encrypts the report in the browser to the team's OpenPGP key, unless the person unticks the box: description, details and
// small files become one MIME message; each large file becomes a row of OpenPGP messages of 8 MiB, made while it is sent, so
// that neither side ever holds it whole. The server gets files it cannot read. The library is loaded when the writing begins.

const box = document.getElementById("encrypt");
const form = document.getElementById("report");
/** Files up to this together travel inside the message, which the desk opens at once. */
const INSIDE = 20_000_000;
const PIECE = 8 * 1024 * 1024;
/** What our files are called at the server, where their names say nothing. */
const MESSAGE = "wardroom-report.pgp", OURS = /^(wardroom-report\.pgp|wardroom-large-\d+\.pieces)$/;
// What the server needs to answer: it stays readable, and the page says so.
const OUTSIDE = new Set(["once", "began", "step", "go", "code", "upload", "kind", "language", "email", "pgp_key", "pgp_key_file", "key_lookup", "website", "attachments", "payload", "encrypt-here", "contact_only"]);

const base64 = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text).replace(/.{76}/g, "$&\r\n");
};
const utf8 = (text) => new TextEncoder().encode(text);
const word = (text) => `=?utf-8?B?${base64(utf8(text)).replace(/\r\n/g, "")}?=`;
const parameter = (text) => encodeURIComponent(text).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
const media = (file) => (/^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : "application/octet-stream");

function label(element) {
  const from = element.type === "radio" ? element.closest("fieldset")?.querySelector("legend") : element.labels?.[0];
  return [...(from?.childNodes ?? [])].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join("").trim() || element.name;
}

/** Whether somebody only asks to be contacted, and says how. */
function onlyContact() {
  const given = (name) => form.elements[name]?.value.trim();
  return form.elements.contact_only.checked && (given("email") || given("phone"));
}

function inside() {
  return [...form.elements].filter((e) => e.name && !OUTSIDE.has(e.name) && !["file", "submit", "button"].includes(e.type));
}

function written(required, notes) {
  const lines = [form.elements[required].value.trim() || (onlyContact() ? document.querySelector("label[for=contact_only]").firstChild.textContent : "")];
  for (const e of inside()) {
    if (e.name === required || !e.value.trim() || ((e.type === "radio" || e.type === "checkbox") && !e.checked)) continue;
    const value = e.type === "radio" ? (e.labels?.[0]?.textContent.trim() ?? e.value) : e.value.trim();
    lines.push(`${label(e)}:\n${value}`);
  }
  return [...lines, ...notes].join("\n\n");
}

async function message(required, files, notes) {
  const border = `wr-${crypto.randomUUID()}`;
  const text = written(required, notes);
  const title = text.split("\n", 1)[0].slice(0, 120);
  const parts = [`Content-Type: multipart/mixed; boundary="${border}"; protected-headers="v1"\r\nSubject: ${word(title)}\r\n\r\n`];
  parts.push(`--${border}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(utf8(text))}\r\n`);
  for (const file of files) {
    parts.push(`--${border}\r\nContent-Type: ${media(file)}\r\nContent-Disposition: attachment; filename*=utf-8''${parameter(file.name)}\r\nContent-Transfer-Encoding: base64\r\n\r\n`);
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

let tools;
/** The library and the team's key, once. */
function ready() {
  tools ??= (async () => {
    const [openpgp, answer] = await Promise.all([import(box.dataset.library), fetch(box.dataset.key)]);
    if (!answer.ok) throw new Error("no key");
    for (const key of await openpgp.readKeys({ armoredKeys: await answer.text() })) {
      try { await key.getEncryptionKey(); return { openpgp, key }; } catch { /* retired or for signing only */ }
    }
    throw new Error("no usable key");
  })();
  tools.catch(() => { tools = undefined; });
  return tools;
}

async function sealed(bytes, format = "binary") {
  const { openpgp, key } = await ready();
  return openpgp.encrypt({ message: await openpgp.createMessage({ binary: bytes }), encryptionKeys: key, format });
}

/**
 * A large file as the server gets it: "WRPIECES", the length of a record and their number (four bytes each, big endian), and the records.
 * A record is four bytes of length, an OpenPGP message of that length, and zeros; the message holds one piece of the file as a MIME
 * entity whose subject binds number, lengths and file. It looks like a File to who sends it; records are made when they are asked for.
 */
class Pieces {
  static async of(file) {
    const probe = { sum: null };
    form.dispatchEvent(new CustomEvent("wardroom:sum", { detail: probe }));
    const it = new Pieces();
    Object.assign(it, { file, sum: probe.sum, id: crypto.randomUUID(), count: Math.ceil(file.size / PIECE), made: new Map(), lastModified: file.lastModified });
    const first = await it.seal(0);
    // A public-key packet may be a few bytes shorter or longer from message to message.
    it.record = first.length + 4 + 16;
    it.keep(0, first);
    it.size = 16 + it.count * it.record;
    return it;
  }

  async seal(number) {
    const plain = new Uint8Array(await this.file.slice(number * PIECE, (number + 1) * PIECE).arrayBuffer());
    if (this.sum && this.sum.length === number * PIECE) this.sum.update(plain);
    const head = utf8(`Content-Type: application/octet-stream; protected-headers="v1"\r\nContent-Disposition: attachment; filename*=utf-8''${parameter(this.file.name.slice(-100))}\r\nSubject: wardroom-piece ${number + 1} ${this.count} ${plain.length} ${this.file.size} ${this.id}\r\nContent-Transfer-Encoding: binary\r\n\r\n`);
    // Every piece is as long as a full one, and ends with a byte nobody takes for an end of line.
    const bytes = new Uint8Array(2048 + PIECE);
    bytes.set(head);
    bytes.set(plain, head.length);
    return sealed(bytes);
  }

  keep(number, message) {
    const record = new Uint8Array(this.record);
    new DataView(record.buffer).setUint32(0, message.length);
    record.set(message, 4);
    this.made.set(number, record);
    // What may have to be sent again after a broken connection is the last slice: two records.
    for (const old of this.made.keys()) if (old < number - 1) this.made.delete(old);
    return record;
  }

  async at(number) {
    return this.made.get(number) ?? this.keep(number, await this.seal(number));
  }

  slice(from, to) {
    return { arrayBuffer: () => this.bytes(from, to) };
  }

  async bytes(from, to) {
    const out = new Uint8Array(to - from);
    if (from < 16) {
      const head = new Uint8Array(16);
      head.set(utf8("WRPIECES"));
      const view = new DataView(head.buffer);
      view.setUint32(8, this.record);
      view.setUint32(12, this.count);
      out.set(head.subarray(from, Math.min(16, to)));
    }
    for (let at = Math.max(from, 16); at < to;) {
      const number = Math.floor((at - 16) / this.record), within = (at - 16) % this.record;
      const part = (await this.at(number)).subarray(within, within + to - at);
      out.set(part, at - from);
      at += part.length;
    }
    return out.buffer;
  }
}

const upload = (blob, name, type, progress) => new Promise((done, fail) => {
  form.dispatchEvent(new CustomEvent("wardroom:upload", { detail: { blob, name, type, progress, done, fail } }));
});

/** Whether the server takes the address and key that stay readable: asked before anything is encrypted, so that nothing is made twice. */
async function accepted() {
  const asked = new URLSearchParams({ go: "next", step: "5", email: form.elements.email.value, pgp_key: form.elements.pgp_key.value });
  const answer = await fetch("/report/step", { method: "POST", body: asked });
  return answer.status !== 422;
}

function badges(on, words) {
  for (const old of form.querySelectorAll("[data-badge]")) old.remove();
  if (!on) return;
  for (const top of form.querySelectorAll(".field > label, fieldset.field > legend")) {
    const field = top.closest(".field").querySelector("input, textarea, select");
    const name = field?.name;
    if (!name || ["encrypt-here", "contact_only", "key_lookup", "payload"].includes(name)) continue;
    const open = OUTSIDE.has(name) && name !== "attachments";
    const badge = Object.assign(document.createElement("span"), { className: open ? "badge open" : "badge", textContent: open ? words.open : words.sealed });
    badge.dataset.badge = "";
    top.append(" ", badge);
  }
}

if (box && form && globalThis.crypto?.subtle) {
  const read = (text) => Object.fromEntries(text.split("|").map((pair) => pair.split("=")));
  const words = read(box.dataset.words), marks = read(box.dataset.badges);
  const tick = document.getElementById("encrypt-here");
  const line = box.querySelector("[data-encrypt-line]");
  const required = box.dataset.required;
  const most = Number(form.querySelector("[data-uploads]").dataset.most);
  const hint = form.querySelector("[data-uploads-hint]");
  const plainHint = hint.textContent;
  box.hidden = false;
  const arrived = () => form.querySelector("input[name=upload]:not([data-made])");
  const more = () => {
    box.querySelector("[data-encrypt-more]").hidden = !tick.checked;
    line.textContent = "";
    hint.textContent = tick.checked ? box.dataset.files : plainHint;
    badges(tick.checked, marks);
  };
  tick.addEventListener("change", () => {
    more();
    if (tick.checked && arrived()) line.textContent = words.arrived;
  });
  // Files that have arrived before are not encrypted any more: then nothing pretends to be.
  const already = () => { if (arrived()) { tick.checked = false; more(); } };
  form.addEventListener("wardroom:restore", (event) => { if (event.detail.length) { tick.checked = false; more(); } });
  // The form came back with a question: what was encrypted for the first try is made again, from what is on the device.
  const afresh = () => {
    let found = false;
    for (const row of form.querySelectorAll("[data-uploads-list] li")) {
      if (!row.querySelector("input[type=checkbox][name=upload]") || !OURS.test(row.querySelector("bdi")?.textContent ?? "")) continue;
      row.remove();
      found = true;
    }
    return found;
  };
  form.addEventListener("input", () => { if (tick.checked) ready().catch(() => {}); }, { once: true });
  form.addEventListener("wardroom:file", (event) => {
    event.detail.done = (async () => sealed(await message(required, [], []), "armored"))();
  });

  let busy = false, made = false;
  addEventListener("pageshow", () => {
    for (const e of form.elements) if (e.dataset.held) { e.disabled = false; delete e.dataset.held; }
    for (const old of form.querySelectorAll("input[data-made]")) old.remove();
    busy = false;
    made = false;
    const again = afresh();
    more();
    already();
    if (again) line.textContent = words.again;
  });

  let warned = false;
  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented || !tick.checked || made) return;
    if (event.submitter?.dataset.save !== undefined) {
      // A draft on the server is not encrypted to the team: say so once.
      if (warned || !inside().some((e) => e.type !== "radio" && e.value.trim())) return;
      event.preventDefault();
      warned = true;
      line.textContent = box.dataset.save;
      line.scrollIntoView({ block: "center" });
      return;
    }
    const text = form.elements[required];
    const typed = inside().some((e) => (e.type === "radio" || e.type === "checkbox" ? e.checked : e.value.trim()));
    const own = form.elements.payload?.value.trim() || [...form.elements.attachments.files].some((file) => /\.(asc|gpg|pgp)$/i.test(file.name));
    // Whoever encrypted everything themselves sends it as it is.
    if (own && !typed) return;
    event.preventDefault();
    if (!own && !text.value.trim() && !onlyContact()) {
      line.textContent = box.dataset.empty;
      text.focus();
      return;
    }
    // The second click of a double click: the first one is at work.
    if (busy) return;
    busy = true;
    const stop = (word) => { busy = false; line.textContent = words[word]; line.scrollIntoView({ block: "center" }); };
    if (arrived()) return stop("arrived");
    const small = [], large = [];
    let together = 0;
    for (const file of form.elements.attachments.files) {
      if (together + file.size <= INSIDE) { together += file.size; small.push(file); } else large.push(file);
    }
    if (large.some((file) => file.size * 1.001 + 65_536 > most)) return stop("large");
    try {
      line.textContent = words.working;
      if (!(await accepted())) return stop("contact");
      const tokens = [], notes = [];
      for (const file of large) {
        const name = `wardroom-large-${notes.length + 1}.pieces`;
        const pieces = await Pieces.of(file);
        const progress = (share) => { line.textContent = `${words.working} ${file.name} ${Math.floor(share * 100)} %`; };
        tokens.push(await upload(pieces, name, "application/vnd.wardroom.pieces", progress));
        notes.push(`${name}: ${file.name}, ${file.size} B, SHA-256 ${pieces.sum?.hex() ?? "?"}`);
      }
      line.textContent = words.working;
      const bytes = await sealed(await message(required, small, notes));
      line.textContent = words.sending;
      tokens.unshift(await upload(new File([bytes], MESSAGE), MESSAGE, "multipart/encrypted"));
      for (const token of tokens) {
        const field = Object.assign(document.createElement("input"), { type: "hidden", name: "upload", value: token });
        field.dataset.made = "yes";
        form.append(field);
      }
      const payload = form.elements.payload?.value.trim() ? null : form.elements.payload;
      for (const e of [...inside(), form.elements.attachments, payload, tick]) {
        if (e) { e.disabled = true; e.dataset.held = "yes"; }
      }
      made = true;
      form.requestSubmit(event.submitter?.name ? null : event.submitter);
    } catch (error) {
      console.warn("the report was not encrypted:", error);
      stop("failed");
    }
  });
}
