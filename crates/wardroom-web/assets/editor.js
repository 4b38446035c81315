// The editor while somebody types: a moment after each keystroke the form goes to the desk, which keeps it, checks it and answers with
// what stands beside it. Without this script the button "Check" does the same. Nothing is kept on this device.

/** Says a line to screen readers. */
const announce = (text) => { document.getElementById("status").textContent = text; };

const form = document.getElementById("form-edit");
const side = document.getElementById("side");
const notKept = document.getElementById("not-kept");
const PAUSE = 120, LONGEST_WAIT = 600, BEAT = 4000, IDLE = 600_000;

let timer = 0, firstTyped = 0, sending = null, queued = null, failures = 0, at = "", counted = "";
let composing = false, lastTouched = performance.now();

const was = (name) => form.elements.namedItem(`was_${name}`);

/** The value of a field, also of boxes and groups of choices. */
function value(name) {
  const field = form.elements.namedItem(name);
  if (!field) return "";
  if (field instanceof RadioNodeList) return field.value;
  return field.type === "checkbox" ? (field.checked ? field.value : "") : field.value;
}

const names = () => [...form.querySelectorAll("input[name^=was_]")].map((one) => one.name.slice(4));
const changed = () => names().filter((name) => value(name) !== was(name).value);

/** What has changed since it was seen, and nothing else. */
function body(extra) {
  const data = new URLSearchParams();
  for (const name of ["csrf", "form", "window", "level"]) data.set(name, value(name));
  data.set("do", "check");
  data.set("tab", document.getElementById("side-panel")?.dataset.tab ?? "");
  data.set("field", at);
  for (const name of changed()) {
    data.set(`was_${name}`, was(name).value);
    data.set(name, value(name));
  }
  for (const [name, text] of Object.entries(extra)) data.set(name, text);
  return data;
}

function send(extra = {}) {
  clearTimeout(timer);
  timer = firstTyped = 0;
  if (sending) { queued = { ...queued, ...extra }; return; }
  const sent = Object.fromEntries(names().map((name) => [name, value(name)]));
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = "document";
  request.timeout = 15_000;
  request.setRequestHeader("x-part", "1");
  request.onload = () => {
    if (request.status === 200 && request.response?.getElementById("state")) take(request.response, sent);
    else if (request.status === 403) newToken();
    else failed();
  };
  request.onerror = request.ontimeout = failed;
  request.onloadend = () => {
    sending = null;
    if (queued) { const next = queued; queued = null; send(next); }
  };
  sending = request;
  request.send(body(extra));
}

function failed() {
  failures += 1;
  if (changed().length) {
    notKept.textContent = form.dataset.notKept;
    notKept.hidden = false;
  }
  clearTimeout(timer);
  timer = setTimeout(() => send(), Math.min(1000 * 2 ** failures, 15_000));
}

/** After somebody signed in again in another window, this page needs that session's token; what is typed stays where it is. */
function newToken() {
  const request = new XMLHttpRequest();
  request.open("GET", form.action);
  request.responseType = "document";
  request.onload = () => {
    const token = request.response?.querySelector("#form-edit [name=csrf]")?.value;
    if (token) form.elements.namedItem("csrf").value = token;
  };
  request.send();
  failed();
}

/** Puts a part in place of the old one where it differs, and leaves the focus where it is. */
function replace(old, fresh) {
  if (!old || !fresh || old.isEqualNode(fresh)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const mark = focused && (focused.id || focused.getAttribute("href") || focused.value);
  const scrolled = [...old.querySelectorAll("pre")].map((one) => [one.scrollTop, one.scrollLeft]);
  const attributes = [...fresh.attributes].map((one) => [one.name, one.value]);
  old.replaceChildren(...[...fresh.childNodes].map((one) => document.adoptNode(one)));
  for (const [name, text] of attributes) old.setAttribute(name, text);
  [...old.querySelectorAll("pre")].forEach((one, i) => scrolled[i] && one.scrollTo(scrolled[i][1], scrolled[i][0]));
  if (!mark) return;
  const same = (one) => one.id === mark || one.getAttribute("href") === mark || one.value === mark;
  ([...old.querySelectorAll("a, button, input")].find(same) ?? document.getElementById("problems"))?.focus({ preventScroll: true });
}

function take(fresh, sent) {
  failures = 0;
  notKept.hidden = true;
  for (const part of ["side-state", "side-problems", "side-tabs", "side-panel", "side-hash"]) {
    replace(document.getElementById(part), fresh.getElementById(part));
  }
  for (const state of fresh.querySelectorAll("[data-state]")) settle(state, sent);
  const problems = document.getElementById("side-problems").dataset.count;
  if (counted && problems !== counted) announce(problems);
  counted = problems;
  if (changed().some((name) => value(name) !== sent[name])) soon();
}

/** One field after an answer: what is kept is what was seen from now on, unless the writer must choose first. */
function settle(state, sent) {
  const name = state.dataset.state;
  const box = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const under = state.querySelector("[data-under]");
  if (box && under) {
    const old = document.getElementById(`under-${name}`);
    under.removeAttribute("data-under");
    under.id = old.id;
    under.className = old.className;
    replace(old, under);
    box.classList.toggle("has", state.dataset.has === "true" || value(name) !== "");
    const own = box.closest("details.own");
    if (own && box.classList.contains("has")) own.classList.add("has");
  }
  const seen = was(name);
  if (!seen || "clash" in state.dataset) return;
  const kept = state.querySelector("[data-kept]").value;
  const mine = value(name);
  if (mine === sent[name]) {
    if (mine !== kept) put(name, kept);
    seen.value = kept;
  } else if (kept === sent[name]) {
    seen.value = kept;
  }
}

/** Writes into a field without moving its caret further than needed. */
function put(name, text) {
  const field = form.elements.namedItem(name);
  if (field instanceof RadioNodeList) { field.value = text; return; }
  if (field.type === "checkbox") { field.checked = text !== ""; return; }
  const [start, end] = [field.selectionStart, field.selectionEnd];
  field.value = text;
  if (document.activeElement === field) field.setSelectionRange(Math.min(start, text.length), Math.min(end, text.length));
}

function soon() {
  const now = performance.now();
  firstTyped ||= now;
  clearTimeout(timer);
  timer = setTimeout(() => send(), Math.max(0, Math.min(PAUSE, firstTyped + LONGEST_WAIT - now)));
}

form.addEventListener("input", (event) => {
  lastTouched = performance.now();
  if (event.target.name === "level") {
    form.dataset.level = event.target.value;
    remember();
    send();
    return;
  }
  event.target.closest("[data-field]")?.classList.toggle("has", event.target.value !== "");
  if (!event.isComposing) soon();
});
form.addEventListener("compositionstart", () => { composing = true; });
form.addEventListener("compositionend", () => { composing = false; soon(); });
form.addEventListener("change", (event) => { if (event.target.name !== "level") send(); });
form.addEventListener("focusin", (event) => {
  const now = event.target.closest("[data-field]")?.dataset.field ?? "";
  if (now && now !== at) { at = now; soon(); }
});

let leaving = false;
form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && (button.name === "tab" || button.name === "resolve" || button.value === "check")) {
    event.preventDefault();
    if (button.name === "tab") show(button.value);
    else if (button.name === "resolve") resolve(button.value);
    else send();
    return;
  }
  leaving = true;
});

function show(tab) {
  const panel = document.getElementById("side-panel");
  panel.dataset.tab = tab;
  remember();
  send({ tab });
}

/** The writer chooses between two texts of a field. */
function resolve(choice) {
  const name = choice.slice(choice.indexOf(":") + 1);
  const theirs = form.querySelector(`[data-field="${CSS.escape(name)}"] [data-theirs]`);
  if (choice.startsWith("theirs:")) was(name).value = value(name);
  if (theirs) document.getElementById(name)?.focus();
  send(choice.startsWith("mine:") ? { resolve: choice, [name]: value(name), [`was_${name}`]: value(name) } : { resolve: choice });
}

function remember() {
  const url = new URL(location.href);
  url.searchParams.set("tab", document.getElementById("side-panel").dataset.tab);
  url.searchParams.set("level", form.dataset.level);
  url.searchParams.delete("done");
  history.replaceState(null, "", url);
}

/** Leads to a field, also into what is folded or hidden by relevance. */
function lead(name) {
  const field = document.getElementById(name);
  if (!field) return;
  field.closest("details")?.setAttribute("open", "");
  field.closest("[data-field]")?.classList.add("has");
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
}

side.addEventListener("click", (event) => {
  const to = event.target.closest("a[data-to]");
  if (!to) return;
  event.preventDefault();
  lead(to.dataset.to);
});

let step = -1;
function next(by) {
  const list = [...side.querySelectorAll("a.problem")].filter((one) => one.offsetParent);
  if (!list.length) return;
  step = (Math.min(step, list.length) + by + list.length) % list.length;
  const problem = list[step];
  announce(problem.textContent);
  if (problem.dataset.to) lead(problem.dataset.to);
  else problem.focus();
}

addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "F8" && !event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault();
    next(event.shiftKey ? -1 : 1);
  } else if (event.altKey && !event.ctrlKey && !event.metaKey && /^Digit[1-5]$/.test(event.code)) {
    event.preventDefault();
    const place = Number(event.code.slice(5));
    if (place === 1) document.getElementById("problems").focus();
    else document.querySelectorAll("#side-tabs button")[place - 2]?.click();
  }
});

// What was typed in the very last moment still goes, and the others see that nobody is here any more.
addEventListener("pagehide", () => {
  if (leaving) return;
  const left = new URLSearchParams({ csrf: value("csrf"), form: "edit" });
  if (changed().length) navigator.sendBeacon(form.action, body({}));
  else navigator.sendBeacon(form.dataset.leave, left);
});
addEventListener("pageshow", (event) => { leaving = false; if (event.persisted) send(); });
addEventListener("beforeunload", (event) => {
  if (!leaving && failures && changed().length) event.preventDefault();
});
addEventListener("online", () => send());

// The beat shows the others that somebody is here; after ten minutes without a touch it stops, so that a session can grow old.
setInterval(() => {
  const here = document.visibilityState === "visible" && performance.now() - lastTouched < IDLE;
  if (here && !timer && !composing) send();
}, BEAT);
addEventListener("pointerdown", () => { lastTouched = performance.now(); });
counted = document.getElementById("side-problems").dataset.count;
for (const button of form.querySelectorAll("[data-check]")) button.hidden = true;
