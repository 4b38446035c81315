// Small comforts for pages that work without them: copying, times that stay true, the focus on a form's faults.

const status = document.getElementById("status");

/** Says a line to screen readers. */
export function announce(text) {
  if (status) status.textContent = text;
}

for (const box of document.querySelectorAll("[data-focus]")) box.focus();

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = button.closest(".code-box")?.querySelector("code");
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      getSelection()?.selectAllChildren(source);
      return;
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    announce(button.dataset.done);
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

const UNITS = {
  en: { d: " d", h: " h", m: " min", s: " s", join: " ", after: (t) => `(in ${t})`, before: (t) => `(${t} ago)`, now: "(now)" },
  zh: { d: " 天", h: " 小时", m: " 分钟", s: " 秒", join: " ", after: (t) => `（${t}后）`, before: (t) => `（${t}前）`, now: "（此刻）" },
};

/** The two largest units of a time span, as the server writes them. */
export function relative(lang, at, now) {
  const words = UNITS[lang] ?? UNITS.en;
  const seconds = Math.round((at - now) / 1000);
  if (seconds === 0) return words.now;
  const n = Math.abs(seconds);
  const d = Math.floor(n / 86400), h = Math.floor(n / 3600) % 24, m = Math.floor(n / 60) % 60;
  let parts = [[n, words.s]];
  if (d) parts = [[d, words.d], [h, words.h]];
  else if (h) parts = [[h, words.h], [m, words.m]];
  else if (m) parts = [[m, words.m]];
  const text = parts.filter(([value]) => value > 0).map(([value, unit]) => value + unit).join(words.join);
  return seconds > 0 ? words.after(text) : words.before(text);
}

const clocks = [...document.querySelectorAll("[data-relative]")]
  .map((span) => ({ span, at: Date.parse(span.closest("time")?.dateTime ?? "") }))
  .filter(({ at }) => Number.isFinite(at));

function tick() {
  const now = Date.now();
  for (const { span, at } of clocks) {
    const text = relative(span.dataset.relative, at, now);
    if (span.textContent !== text) span.textContent = text;
  }
}
if (clocks.length) setInterval(tick, 30_000);

// A form that is on its way is not sent twice by an impatient second click.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    setTimeout(() => {
      if (event.defaultPrevented) return;
      for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = true;
    });
  });
  addEventListener("pageshow", () => {
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  });
}
