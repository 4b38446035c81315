// Keys for the desk: j and k walk the rows, o or Enter opens, 1 2 3 r n lead to the forms of a report, g and a letter goes somewhere,
// [ and ] walk the candidates side by side, = ~ - lead to its forms, / searches, ? helps. Deliberately none that publishes, ends an embargo or sends anything. Off with localStorage "keys" = "off".

const rows = [...document.querySelectorAll("[data-row]")];
let at = -1;
let going = false;

function step(by) {
  if (!rows.length) return;
  at = Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[at].querySelector("[data-open]")?.focus();
  rows[at].scrollIntoView({ block: "nearest" });
}

function reach(name) {
  const form = document.querySelector(`[data-key="${name}"]`);
  if (!form) return false;
  if (form.tagName === "DETAILS") form.open = true;
  const field = form.querySelector("input:not([type=hidden]), textarea, select, button, summary") ?? form;
  form.scrollIntoView({ block: "center" });
  field.focus();
  return true;
}

const PLACES = { i: "/inbox", c: "/cases", a: "/advisories", p: "/products", h: "/health", m: "/me" };

function typing(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

let off = false;
try { off = localStorage.getItem("keys") === "off"; } catch { /* a browser that keeps nothing */ }

if (!off) {
  addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key;
    if (going) {
      going = false;
      if (PLACES[key]) location.assign(PLACES[key]);
      return;
    }
    if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "o" && at >= 0) rows[at].querySelector("[data-open]")?.click();
    else if (key === "g") going = true;
    else if (key === "?") location.assign("/help");
    else if (key === "/") document.getElementById("q")?.focus();
    else if (key === "[" || key === "]") document.querySelector(`[data-go="${key}"]`)?.click();
    else if (!"123rnm=~-".includes(key) || !reach(key)) return;
    event.preventDefault();
  });
}
