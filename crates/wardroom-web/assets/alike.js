// Published advisories that look like what is being written, compared on this device: the list of published ones is fetched
// once, and nothing typed is sent for it. The server has the same numbers for browsers without script (report/alike.rs).

const form = document.getElementById("report");
const box = document.getElementById("alike");
const ENOUGH = 3, MOST = 5;
const COMMON = new Set("the and for with from that this into via are can was has not all vulnerability vulnerabilities security advisory 漏洞 安全 公告 存在 一个".split(" "));
const HAN = /[\u3400-\u9fff\uf900-\ufaff]/;

const fold = (text) => text.normalize("NFKC").toLowerCase();

/** Latin words of three letters or more, and every pair of neighbouring Han characters. */
function wordsOf(text) {
  const words = new Set();
  for (const run of text.match(/[\p{L}\p{N}-]+/gu) ?? []) {
    const han = [...run].filter((c) => HAN.test(c));
    for (let i = 1; i < han.length; i++) words.add(han[i - 1] + han[i]);
    for (const word of run.split(HAN)) if (word.length >= 3) words.add(word);
  }
  for (const word of COMMON) words.delete(word);
  return words;
}

function score(known, typed, words) {
  const named = (name) => name && typed.includes(fold(name));
  let sum = (known.cves.some(named) ? 10 : 0) + (known.products.some(named) ? ENOUGH : 0);
  let shared = 0;
  for (const word of known.words) if (words.has(word)) shared++;
  return sum + Math.min(shared, 10);
}

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

function line(known) {
  const link = make("a", { href: known.href, target: "_blank", rel: "noopener" }, make("span", { className: "mono", textContent: known.number }), ` ${known.title}`);
  const item = make("li", {}, link);
  for (const cve of known.cves) item.append(" ", make("span", { className: "mono quiet", textContent: cve }));
  if (known.fix) item.append(" ", make("span", { className: "chip neutral", textContent: known.fix }));
  return item;
}

if (form && box) {
  const look = form.querySelector("[data-look]");
  if (look) look.hidden = true;
  box.querySelector("[data-alike-local]").hidden = false;
  let list;
  const known = async () => {
    list ??= fetch(box.dataset.known).then((answer) => answer.json()).then((all) => all.map((one) => ({ ...one, words: wordsOf(fold(one.title)) })));
    return list;
  };
  let shown = "";
  async function compare() {
    const fields = [...form.querySelectorAll("[data-part=finding] textarea, [data-part=details] textarea, [data-part=details] input[type=text]")];
    const typed = fold(fields.map((field) => field.value).join("\n"));
    const words = wordsOf(typed);
    if (!words.size) { box.hidden = true; return; }
    const scored = (await known()).map((one) => [score(one, typed, words), one]).filter(([sum]) => sum >= ENOUGH).sort(([a], [b]) => b - a).slice(0, MOST);
    box.hidden = !scored.length;
    const numbers = scored.map(([, one]) => one.number).join(" ");
    if (numbers === shown) return;
    shown = numbers;
    box.querySelector("[data-alike-list]").replaceChildren(...scored.map(([, one]) => line(one)));
    const status = document.getElementById("status");
    if (status && scored.length) status.textContent = `${document.getElementById("alike-title").textContent}: ${numbers}`;
  }
  let timer;
  const later = () => { clearTimeout(timer); timer = setTimeout(() => compare().catch(() => { list = undefined; }), 600); };
  form.addEventListener("input", (event) => { if (!event.isComposing && event.target.matches("textarea, input[type=text]")) later(); });
  addEventListener("pageshow", later);
}
