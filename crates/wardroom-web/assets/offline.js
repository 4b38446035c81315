// Looks whether the house is there before a report is sent, so that a lost connection costs nothing: the report stays where it
// is, goes by itself when the connection is back, and can be taken away as a file, encrypted where the key is at hand.

const form = document.getElementById("report");
const box = document.getElementById("offline");
const TRUST = 10_000, AGAIN = 15_000, PATIENCE = 10_000;

async function reachable() {
  try {
    const answer = await fetch("/readyz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok;
  } catch {
    return false;
  }
}

function typed() {
  const lines = [];
  for (const e of form.elements) {
    if (!e.name || ["hidden", "file", "submit", "button"].includes(e.type) || e.closest(".trap") || e.name === "encrypt-here") continue;
    if ((e.type === "radio" || e.type === "checkbox") && !e.checked) continue;
    if (e.value.trim()) lines.push(`${e.name}: ${e.value.trim()}`);
  }
  return lines.join("\n\n");
}

function save(name, type, text) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

if (form && box) {
  let seen = 0, timer, waiting = null, asking = false;
  const show = (part, on) => { box.querySelector(`[data-${part}]`).hidden = !on; };

  async function again() {
    clearTimeout(timer);
    if (!waiting) return;
    if (await reachable()) {
      const submitter = waiting.submitter;
      seen = Date.now();
      waiting = null;
      box.hidden = true;
      return form.requestSubmit(submitter);
    }
    timer = setTimeout(again, AGAIN);
  }

  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented || Date.now() - seen < TRUST) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking) return;
    asking = true;
    const submitter = event.submitter?.form === form ? event.submitter : null;
    const there = await reachable();
    asking = false;
    if (there) {
      seen = Date.now();
      return form.requestSubmit(submitter);
    }
    waiting = { submitter };
    const kept = form.dataset.draft !== undefined && globalThis.crypto?.subtle && !document.getElementById("draft-never")?.checked;
    show("kept", kept);
    show("open", !kept);
    box.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(again, AGAIN);
  });
  addEventListener("online", again);

  box.querySelector("button").addEventListener("click", () => {
    // Who can seal does so; otherwise it goes as it is, and says so.
    const seal = { done: null };
    form.dispatchEvent(new CustomEvent("wardroom:file", { detail: seal }));
    (seal.done ?? Promise.reject(new Error("no key"))).then(
      (armored) => { save("wardroom-report.asc", "application/pgp-encrypted", armored); show("sealed", true); show("plain", false); },
      () => { save("wardroom-report.txt", "text/plain;charset=utf-8", typed()); show("plain", true); show("sealed", false); },
    );
  });
}
