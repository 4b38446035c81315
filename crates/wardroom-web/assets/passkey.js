// Passkeys: the server makes the challenge, the browser answers. Everything else on these pages works without this.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(path, body, csrf) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  if (csrf) headers["x-csrf-token"] = csrf;
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function wire(button, work) {
  if (!button || !window.PublicKeyCredential) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const fault = document.getElementById("passkey-error");
    fault.hidden = true;
    button.disabled = true;
    try {
      const { to } = await work();
      location.assign(to);
    } catch {
      fault.textContent = button.dataset.failed;
      fault.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

wire(document.getElementById("passkey-sign-in"), async () => {
  const field = document.getElementById("name");
  const name = field.value.trim();
  if (!name) {
    field.focus();
    throw new Error("name");
  }
  const { ceremony, options } = await post("/sign-in/passkey/begin", { name });
  const key = options.publicKey;
  key.challenge = bytes(key.challenge);
  for (const known of key.allowCredentials ?? []) known.id = bytes(known.id);
  const made = await navigator.credentials.get({ publicKey: key });
  const credential = {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    extensions: made.getClientExtensionResults(),
    response: {
      authenticatorData: text(made.response.authenticatorData),
      clientDataJSON: text(made.response.clientDataJSON),
      signature: text(made.response.signature),
      userHandle: made.response.userHandle ? text(made.response.userHandle) : null,
    },
  };
  return post("/sign-in/passkey/finish", { ceremony, credential });
});

const make = document.getElementById("passkey-make");
wire(make, async () => {
  const csrf = make.dataset.csrf;
  const { ceremony, options } = await post("/me/passkeys/begin", {}, csrf);
  const key = options.publicKey;
  key.challenge = bytes(key.challenge);
  key.user.id = bytes(key.user.id);
  for (const known of key.excludeCredentials ?? []) known.id = bytes(known.id);
  const made = await navigator.credentials.create({ publicKey: key });
  const credential = {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    extensions: made.getClientExtensionResults(),
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
      transports: made.response.getTransports?.() ?? null,
    },
  };
  return post("/me/passkeys/finish", { ceremony, credential }, csrf);
});
