// Offers to take out of images what is not the picture: where and when it was taken, by which camera, by whom. Bytes are cut,
// no pixel is computed anew. It asks and never does it by itself: the file as it is may be the proof.

const BIG = 100_000_000;

const ascii = (bytes, at, length) => String.fromCharCode(...bytes.subarray(at, at + length));
const join = (parts) => new Blob(parts);

/** What a TIFF header (Exif) tells, and which way up the picture is. Total: odd bytes tell nothing. */
function exif(bytes, found) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = ascii(bytes, 0, 2);
  if (bytes.length < 8 || (order !== "II" && order !== "MM")) return 1;
  const little = order === "II";
  const names = { 0x010f: "camera", 0x0110: "camera", 0x0132: "date", 0x013b: "author", 0x8298: "author", 0x8825: "place", 0x9003: "date" };
  let up = 1;
  const directory = (at, depth) => {
    if (depth > 1 || at + 2 > bytes.length) return;
    const count = Math.min(view.getUint16(at, little), 200);
    for (let i = 0, entry = at + 2; i < count && entry + 12 <= bytes.length; i++, entry += 12) {
      const tag = view.getUint16(entry, little);
      if (names[tag]) found.add(names[tag]);
      if (tag === 0x0112) up = view.getUint16(entry + 8, little);
      if (tag === 0x8769) directory(view.getUint32(entry + 8, little), depth + 1);
    }
  };
  directory(view.getUint32(4, little), 0);
  return up >= 1 && up <= 8 ? up : 1;
}

/** Exif that says nothing but which way up. */
const upright = (up) => new Uint8Array([0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, up, 0, 0, 0, 0, 0, 0]);

function jpeg(bytes, found) {
  const kept = [bytes.subarray(0, 2)];
  let up = 1, at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const kind = bytes[at + 1];
    if (kind === 0xff) { at++; continue; }
    const length = (bytes[at + 2] << 8) | bytes[at + 3];
    if (kind === 0xd9 || length < 2 || at + 2 + length > bytes.length) break;
    const body = bytes.subarray(at + 4, at + 2 + length);
    const is = (text) => ascii(body, 0, text.length) === text;
    let keep = true;
    if (kind === 0xe1) {
      keep = false;
      if (is("Exif\0\0")) up = exif(body.subarray(6), found); else found.add("text");
    } else if (kind === 0xed || kind === 0xfe) {
      keep = false;
      found.add("text");
    } else if (kind >= 0xe2 && kind <= 0xef && kind !== 0xee) {
      keep = kind === 0xe2 && is("ICC_PROFILE");
      if (!keep) found.add("text");
    }
    if (keep) kept.push(bytes.subarray(at, at + 2 + length));
    at += 2 + length;
    if (kind === 0xda) {
      // The scan: until the next marker that is none of its own.
      const from = at;
      while (at + 1 < bytes.length && !(bytes[at] === 0xff && bytes[at + 1] !== 0 && !(bytes[at + 1] >= 0xd0 && bytes[at + 1] <= 0xd7))) at++;
      kept.push(bytes.subarray(from, at));
    }
  }
  if (bytes[at] !== 0xff || bytes[at + 1] !== 0xd9) return null;
  kept.push(bytes.subarray(at, at + 2));
  if (bytes.length > at + 2) found.add("after");
  if (up !== 1) kept.splice(1, 0, upright(up));
  return join(kept);
}

function png(bytes, found) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, 8)];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at), kind = ascii(bytes, at + 4, 4), end = at + 12 + length;
    if (end > bytes.length) return null;
    if (kind === "eXIf") { found.add("text"); exif(bytes.subarray(at + 8, end - 4), found); }
    else if (["tEXt", "zTXt", "iTXt"].includes(kind)) found.add("text");
    else if (kind === "tIME") found.add("date");
    else kept.push(bytes.subarray(at, end));
    at = end;
    if (kind === "IEND") {
      if (bytes.length > at) found.add("after");
      return join(kept);
    }
  }
  return null;
}

function webp(bytes, found) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = Math.min(bytes.length, view.getUint32(4, true) + 8);
  const kept = [];
  let at = 12;
  while (at + 8 <= whole) {
    const length = view.getUint32(at + 4, true), kind = ascii(bytes, at, 4), end = at + 8 + length + (length & 1);
    if (end > whole + 1) return null;
    if (kind === "EXIF") { found.add("text"); exif(bytes.subarray(at + 8, end), found); }
    else if (kind === "XMP ") found.add("text");
    else {
      const chunk = bytes.slice(at, end);
      // The header must not promise what is gone.
      if (kind === "VP8X") chunk[8] &= ~0x0c;
      kept.push(chunk);
    }
    at = end;
  }
  if (bytes.length > whole + 1) found.add("after");
  const head = bytes.slice(0, 12);
  new DataView(head.buffer).setUint32(4, 4 + kept.reduce((sum, part) => sum + part.length, 0), true);
  return join([head, ...kept]);
}

/** Which things a file carries, and a copy without them; null where there is nothing to take out. */
async function look(file) {
  const start = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  const reader = start[0] === 0xff && start[1] === 0xd8 ? jpeg
    : ascii(start, 1, 3) === "PNG" ? png
    : ascii(start, 0, 4) === "RIFF" && ascii(start, 8, 4) === "WEBP" ? webp : null;
  if (!reader || file.size > BIG) return null;
  const found = new Set();
  const blob = reader(new Uint8Array(await file.arrayBuffer()), found);
  if (!blob || !found.size) return null;
  return { found, copy: new File([blob], file.name, { type: file.type, lastModified: file.lastModified }) };
}

const box = document.getElementById("images");
const input = box && document.getElementById("attachments");

if (input && globalThis.DataTransfer) {
  const words = Object.fromEntries(box.dataset.words.split("|").map((pair) => pair.split("=")));
  let passing = false;

  const pass = (files) => {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    box.hidden = true;
    input.files = transfer.files;
    passing = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    passing = false;
  };

  // The question stands: sending would answer it for the person.
  input.form.addEventListener("submit", (event) => {
    if (box.hidden || !input.files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    box.querySelector("[data-strip]").focus();
  }, true);

  input.addEventListener("change", async (event) => {
    if (passing || !input.files.length) return;
    event.stopImmediatePropagation();
    const files = [...input.files];
    const seen = await Promise.all(files.map((file) => look(file).catch(() => null)));
    if (!seen.some(Boolean)) return pass(files);
    const lines = seen.map((one, index) => one && [files[index].name, [...one.found].map((kind) => words[kind]).join(", ")]).filter(Boolean);
    box.querySelector("[data-images-list]").replaceChildren(...lines.map(([name, what]) => {
      const item = document.createElement("li");
      const bdi = Object.assign(document.createElement("bdi"), { textContent: name });
      item.append(bdi, `: ${what}`);
      return item;
    }));
    box.hidden = false;
    box.querySelector("[data-strip]").onclick = () => { pass(files.map((file, index) => seen[index]?.copy ?? file)); input.focus(); };
    box.querySelector("[data-as-is]").onclick = () => { pass(files); input.focus(); };
    box.querySelector("[data-strip]").focus();
  });
}
