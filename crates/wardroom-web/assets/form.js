// Small helps of the report form: headings for a description, and how long it is.

const tools = document.getElementById("finding-tools");
const text = tools && document.getElementById(tools.dataset.field);

if (text) {
  tools.hidden = false;
  const counted = tools.querySelector("[data-counted]");
  const count = () => { counted.textContent = text.value ? `${text.value.length.toLocaleString(document.documentElement.lang)} ${tools.dataset.count}` : ""; };
  text.addEventListener("input", count);
  tools.querySelector("button").addEventListener("click", () => {
    const headings = tools.dataset.headings.split("||").join("\n\n");
    const before = text.value.trim() ? `${text.value.trimEnd()}\n\n` : "";
    text.value = `${before}${headings}\n`;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
    // Where the first heading waits for its words.
    const at = before.length + headings.indexOf("\n");
    text.setSelectionRange(at, at);
  });
  addEventListener("pageshow", count);
}
