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

// A key from a file goes into the field it could be pasted into: there it is seen, kept with the draft and checked.
const file = document.getElementById("pgp_key_file");
const key = document.getElementById("pgp_key");

file?.addEventListener("change", async () => {
  const chosen = file.files[0];
  if (!chosen || chosen.size > 200000) return;
  const bytes = new Uint8Array(await chosen.arrayBuffer());
  // The first bit of an OpenPGP packet is set (RFC 9580 section 4.2); letters have none. Packets 5 and 7 are secret: of them nothing is taken.
  const lines = () => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replace(/.{64}/g, "$&\n").trimEnd();
  const text = bytes[0] < 128 ? new TextDecoder().decode(bytes) : "";
  const tag = bytes[0] & 64 ? bytes[0] & 63 : (bytes[0] >> 2) & 15;
  if (text.includes("PRIVATE KEY") || (!text && (tag === 5 || tag === 7))) key.value = "-----BEGIN PGP PRIVATE KEY BLOCK-----";
  else key.value = text || `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${lines()}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
  file.value = "";
  key.dispatchEvent(new Event("input", { bubbles: true }));
  key.focus();
});
