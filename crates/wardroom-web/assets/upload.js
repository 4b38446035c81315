// Sends files in pieces while the form is being filled in: several at a time, with progress, pause and resume, over broken
// connections and restarts of the server. The checksum is computed here and compared with what the server computed.
// Without this script the form sends the same files itself.

const SLICE = 4 * 1024 * 1024;
const AT_ONCE = 2;
const PAUSES = [1, 2, 5, 10, 20, 30];

const K = new Int32Array(64);
const H = new Int32Array(8);
(() => {
  // FIPS 180-4: fractional parts of the roots of the first primes.
  let n = 2, found = 0;
  while (found < 64) {
    let prime = true;
    for (let i = 2; i * i <= n; i++) if (n % i === 0) { prime = false; break; }
    if (prime) {
      if (found < 8) H[found] = Math.floor((Math.sqrt(n) % 1) * 2 ** 32) | 0;
      K[found++] = Math.floor((Math.cbrt(n) % 1) * 2 ** 32) | 0;
    }
    n++;
  }
})();

/** SHA-256 over data that comes in parts. */
class Sha256 {
  #h = Int32Array.from(H);
  #w = new Int32Array(64);
  #rest = new Uint8Array(64);
  #filled = 0;
  length = 0;

  update(bytes) {
    this.length += bytes.length;
    let at = 0;
    if (this.#filled) {
      const take = Math.min(64 - this.#filled, bytes.length);
      this.#rest.set(bytes.subarray(0, take), this.#filled);
      this.#filled += take;
      at = take;
      if (this.#filled < 64) return;
      this.#block(this.#rest, 0);
      this.#filled = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.#block(bytes, at);
    this.#rest.set(bytes.subarray(at));
    this.#filled = bytes.length - at;
  }

  hex() {
    const bits = this.length * 8;
    const tail = new Uint8Array((this.#filled < 56 ? 64 : 128) - this.#filled);
    tail[0] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(tail.length - 4, bits >>> 0);
    this.update(tail);
    return [...this.#h].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #block(b, at) {
    // Small integers all the way: this loop runs over every byte of a file.
    const w = this.#w, h = this.#h;
    for (let i = 0; i < 16; i++, at += 4) w[i] = (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3];
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      const p = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const q = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (((w[i - 16] + w[i - 7]) | 0) + ((p + q) | 0)) | 0;
    }
    let a = h[0], c = h[1], d = h[2], e = h[3], f = h[4], g = h[5], i = h[6], j = h[7];
    for (let t = 0; t < 64; t++) {
      const p = ((f >>> 6) | (f << 26)) ^ ((f >>> 11) | (f << 21)) ^ ((f >>> 25) | (f << 7));
      const one = (((j + p) | 0) + ((((f & g) ^ (~f & i)) + ((K[t] + w[t]) | 0)) | 0)) | 0;
      const q = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (q + ((a & c) ^ (a & d) ^ (c & d))) | 0;
      j = i; i = g; g = f; f = (e + one) | 0; e = d; d = c; c = a; a = (one + two) | 0;
    }
    h[0] += a; h[1] += c; h[2] += d; h[3] += e; h[4] += f; h[5] += g; h[6] += i; h[7] += j;
  }
}

function size(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let n = bytes, unit = 0;
  while (n >= 1000 && unit < 3) { n /= 1000; unit++; }
  return `${n < 10 && unit ? n.toFixed(1) : Math.round(n)} ${units[unit]}`;
}

/** One request; resolves with {status, body}, rejects when there is no answer. */
function ask(method, token, headers = {}, data = null, progress = null, hold = null) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, token ? "/api/v1/uploads/self" : "/api/v1/uploads");
    if (token) request.setRequestHeader("Authorization", `Upload ${token}`);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (progress) request.upload.onprogress = (event) => progress(event.loaded);
    request.onload = () => {
      let body = {};
      try { body = JSON.parse(request.responseText); } catch { /* a proxy's page */ }
      resolve({ status: request.status, body });
    };
    request.onerror = request.ontimeout = () => reject(new Error("no answer"));
    request.onabort = () => reject(new Error("aborted"));
    if (hold) hold(request);
    request.send(data);
  });
}

const wait = (seconds) => new Promise((resolve) => {
  const timer = setTimeout(resolve, seconds * 1000);
  addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
});

/** A file on its way. `state`: waiting, going, paused, done, failed. */
class Sending {
  constructor(file, name, type, changed) {
    Object.assign(this, { file, name, type, changed, size: file?.size ?? 0, modified: file?.lastModified ?? 0 });
    this.state = "waiting";
    this.sent = 0;
    this.hash = new Sha256();
    this.word = "going";
    this.finished = new Promise((resolve) => { this.settle = resolve; });
  }

  set(state, word = state) {
    this.state = state;
    this.word = word;
    this.changed(this);
    if (state === "done" || state === "failed") this.settle(this);
  }

  pause() {
    if (this.state !== "going" && this.state !== "waiting") return;
    this.set("paused");
    this.request?.abort();
  }

  async remove() {
    this.state = "gone";
    this.request?.abort();
    this.settle(this);
    if (this.token) await ask("DELETE", this.token).catch(() => {});
  }

  async run() {
    this.set("going");
    let failures = 0;
    while (this.state === "going") {
      try {
        if (await this.step()) return;
        failures = 0;
      } catch {
        if (this.state !== "going") return;
        this.word = "waiting";
        this.changed(this);
        await wait(PAUSES[Math.min(failures++, PAUSES.length - 1)]);
        this.known = false;
        if (this.state === "going") this.set("going");
      }
    }
  }

  /** The next request; true when nothing is left to do. */
  async step() {
    if (!this.token) {
      const head = { name: this.name, media_type: this.type, length: this.size };
      const { status, body } = await ask("POST", null, { "Content-Type": "application/json" }, JSON.stringify(head));
      if (!body.upload) return this.refused(status);
      this.token = body.upload;
      this.take(body);
    } else if (!this.known) {
      const { status, body } = await ask("GET", this.token);
      if (status === 404) { this.token = null; this.hash = new Sha256(); return false; }
      if (status !== 200) throw new Error("no answer");
      this.take(body);
    }
    this.known = true;
    if (this.complete) return this.compare();
    const from = this.sent;
    const bytes = await this.read(from, Math.min(from + SLICE, this.size));
    await this.catchUp(from);
    const fresh = bytes.subarray(Math.max(0, this.hash.length - from));
    const { status, body } = await ask("PATCH", this.token, { "Upload-Offset": String(from), "Content-Type": "application/partial-upload" }, bytes,
      (loaded) => { this.sent = from + loaded; this.changed(this); }, (request) => { this.request = request; });
    if (status === 409 || status >= 500 && status !== 507) throw new Error("not taken");
    if (status !== 200) return this.refused(status);
    this.hash.update(fresh);
    this.take(body);
    return this.complete ? this.compare() : false;
  }

  take(body) {
    this.sent = body.offset;
    this.complete = body.complete;
    this.theirs = body.sha256;
    this.changed(this);
  }

  async read(from, to) {
    return new Uint8Array(await this.file.slice(from, to).arrayBuffer());
  }

  /** Computes what was sent in an earlier visit. */
  async catchUp(to) {
    while (this.hash.length < to) this.hash.update(await this.read(this.hash.length, Math.min(this.hash.length + SLICE, to)));
  }

  async compare() {
    if (this.file) {
      await this.catchUp(this.size);
      this.sha256 = this.hash.hex();
    }
    this.sent = this.size;
    const same = !this.file || this.sha256 === this.theirs;
    this.sha256 = this.theirs;
    this.set(same ? "done" : "failed", same ? "done" : "differs");
    return true;
  }

  refused(status) {
    if (status === 429 || status === 503) throw new Error("later");
    this.set("failed", status === 413 ? "large" : "failed");
    return true;
  }
}

function list(box) {
  const words = Object.fromEntries(box.dataset.words.split("|").map((pair) => pair.split("=")));
  const input = box.querySelector("input[type=file]");
  const rows = box.querySelector("[data-uploads-list]");
  const form = box.closest("form");
  const most = Number(box.dataset.most);
  const all = new Map();
  const status = document.getElementById("status");

  const next = () => {
    let free = AT_ONCE - [...all.keys()].filter((one) => one.state === "going").length;
    for (const one of all.keys()) {
      if (free > 0 && one.state === "waiting") { free--; one.run().then(next); }
    }
  };

  function show(one) {
    const row = all.get(one);
    if (!row) return;
    const part = (name) => row.querySelector(`[data-part=${name}]`);
    const word = words[one.word] ?? "";
    const percent = one.size ? Math.floor(one.sent / one.size * 100) : 100;
    part("bar").value = one.size ? one.sent / one.size : 1;
    part("bar").hidden = one.state === "done" || one.state === "failed";
    part("say").textContent = one.state === "going" && one.word === "going" ? `${word} ${percent} %` : word;
    part("hash").hidden = !one.sha256;
    part("sum").textContent = one.sha256 ?? "";
    part("pause").hidden = !["going", "waiting", "paused"].includes(one.state) || !one.file;
    part("pause").textContent = one.state === "paused" ? words.resume : words.pause;
    row.classList.toggle("wrong", one.state === "failed");
    let field = row.querySelector("input");
    if (one.state === "done" && !field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name: "upload", value: one.token });
      row.append(field);
      if (status) status.textContent = `${one.name}: ${word}`;
    }
    row.dataset.upload = JSON.stringify({ token: one.token, name: one.name, type: one.type, size: one.size, modified: one.modified, sha256: one.sha256, done: one.state === "done" });
    form.dispatchEvent(new CustomEvent("wardroom:kept"));
  }

  function add(one) {
    const row = document.createElement("li");
    row.className = "file";
    const make = (tag, name, properties = {}) => {
      const element = Object.assign(document.createElement(tag), properties);
      if (name) element.dataset.part = name;
      return element;
    };
    const bar = make("progress", "bar", { max: 1, value: 0 });
    bar.setAttribute("aria-label", one.name);
    const hash = make("small", "hash", { className: "quiet", hidden: true });
    hash.append("SHA-256 ", make("span", "sum", { className: "mono hash" }));
    const pause = make("button", "pause", { type: "button", className: "button quiet small" });
    pause.addEventListener("click", () => {
      if (one.state === "paused") { one.known = false; one.set("waiting"); next(); } else one.pause();
    });
    const cancel = make("button", "", { type: "button", className: "button quiet small", textContent: words.cancel });
    cancel.setAttribute("aria-label", `${words.cancel}: ${one.name}`);
    cancel.addEventListener("click", () => {
      one.remove();
      all.delete(one);
      row.remove();
      rows.hidden = rows.children.length === 0;
      form.dispatchEvent(new CustomEvent("wardroom:kept"));
      input.focus();
      next();
    });
    const head = make("div", "", { className: "file-head" });
    head.append(make("bdi", "", { textContent: one.name }), make("span", "", { className: "quiet", textContent: size(one.size) }), make("span", "say"), pause, cancel);
    row.append(head, bar, hash);
    rows.append(row);
    rows.hidden = false;
    all.set(one, row);
    show(one);
  }

  function begin(file) {
    const earlier = [...all.keys()].find((one) => !one.file && one.state === "paused" && one.name === file.name && one.size === file.size && one.modified === file.lastModified);
    if (earlier) {
      earlier.file = file;
      earlier.set("waiting");
      return next();
    }
    const one = new Sending(file, file.name, file.type, show);
    add(one);
    if (file.size > most) one.set("failed", "large");
    next();
  }

  const ticked = () => document.getElementById("encrypt-here")?.checked;
  input.addEventListener("change", () => {
    // Files to be encrypted stay where they are until the report is sent.
    if (ticked()) return;
    for (const file of input.files) begin(file);
    input.value = "";
  });
  form.addEventListener("wardroom:restore", (event) => {
    for (const kept of event.detail) {
      if (form.querySelector(`input[name=upload][value="${CSS.escape(kept.token ?? "")}"]`) || !kept.token) continue;
      const one = new Sending(null, kept.name, kept.type, show);
      Object.assign(one, { token: kept.token, size: kept.size, modified: kept.modified });
      add(one);
      ask("GET", kept.token).then(({ status: code, body }) => {
        if (code !== 200) { all.get(one)?.remove(); all.delete(one); rows.hidden = rows.children.length === 0; return; }
        one.take(body);
        if (body.complete) one.compare(); else one.set("paused");
      }).catch(() => one.set("paused"));
    }
  });
  // Whoever sends a file piece by piece may want its checksum too.
  form.addEventListener("wardroom:sum", (event) => { event.detail.sum = new Sha256(); });
  // What another script made goes the same way; it is told the token.
  form.addEventListener("wardroom:upload", (event) => {
    const { blob, name, type, progress, done, fail } = event.detail;
    const one = new Sending(blob, name, type, (it) => progress?.(it.sent / Math.max(1, it.size)));
    one.finished.then((it) => (it.state === "done" ? done(it.token) : fail(it.word)));
    one.run();
  });
  // A report waits for its files.
  form.addEventListener("submit", async (event) => {
    const open = [...all.keys()].filter((one) => (one.state === "going" || one.state === "waiting") && one.file);
    if (event.submitter?.dataset.save !== undefined || !open.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const line = box.querySelector("[data-uploads-hint]");
    line.textContent = words.busy;
    if (status) status.textContent = words.busy;
    await Promise.all(open.map((one) => one.finished));
    if (open.every((one) => one.state === "done" || one.state === "gone")) form.requestSubmit();
  });
  addEventListener("beforeunload", (event) => {
    if ([...all.keys()].some((one) => one.state === "going")) event.preventDefault();
  });
  box.querySelector("[data-uploads-hint]").hidden = false;
}

for (const box of document.querySelectorAll("[data-uploads]")) list(box);
