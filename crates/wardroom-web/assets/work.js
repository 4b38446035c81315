// The proof of work while a flood comes down: find a number whose hash begins with enough zero bits, then go back to the form, which the browser
// kept. Works in slices, so that the page stays alive. Without script the page says how long to wait instead.
(() => {
  const place = document.querySelector('[data-work]');
  if (!place) return;
  const challenge = place.dataset.work;
  const bits = Number(place.dataset.bits);
  const K = [], H0 = [];
  const prime = n => { for (let d = 2; d * d <= n; d += 1) if (n % d === 0) return false; return true; };
  for (let n = 2; K.length < 64; n += 1) {
    if (!prime(n)) continue;
    if (H0.length < 8) H0.push((Math.sqrt(n) % 1) * 4294967296 | 0);
    K.push((Math.cbrt(n) % 1) * 4294967296 | 0);
  }
  const words = new Int32Array(64);
  const rotate = (x, n) => (x >>> n) | (x << (32 - n));
  const block = (state, bytes, from) => {
    for (let i = 0; i < 16; i += 1) words[i] = (bytes[from + 4 * i] << 24) | (bytes[from + 4 * i + 1] << 16) | (bytes[from + 4 * i + 2] << 8) | bytes[from + 4 * i + 3];
    for (let i = 16; i < 64; i += 1) {
      const a = words[i - 15], b = words[i - 2];
      words[i] = words[i - 16] + words[i - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)) + (rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10)) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const one = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + words[i] | 0;
      const two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c)) | 0;
      h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
    }
    return [state[0] + a | 0, state[1] + b | 0, state[2] + c | 0, state[3] + d | 0, state[4] + e | 0, state[5] + f | 0, state[6] + g | 0, state[7] + h | 0];
  };
  // Whether the SHA-256 of a short ASCII text begins with enough zero bits; up to 32 are ever asked.
  const good = text => {
    const length = text.length, blocks = (length + 9 + 63) >> 6, bytes = new Uint8Array(blocks * 64);
    for (let i = 0; i < length; i += 1) bytes[i] = text.charCodeAt(i);
    bytes[length] = 128;
    new DataView(bytes.buffer).setUint32(bytes.length - 4, length * 8);
    let state = H0;
    for (let i = 0; i < blocks; i += 1) state = block(state, bytes, 64 * i);
    return Math.clz32(state[0]) >= bits;
  };
  let nonce = 0;
  const slice = () => {
    const until = performance.now() + 40;
    while (performance.now() < until) {
      if (good(`${challenge}:${nonce}`)) {
        const secure = location.protocol === 'https:' ? '; Secure' : '';
        document.cookie = `wardroom-proof=${challenge}:${nonce}; Path=/; SameSite=Strict; Max-Age=600${secure}`;
        place.textContent = place.dataset.done;
        if (history.length > 1) history.back();
        return;
      }
      nonce += 1;
    }
    setTimeout(slice, 0);
  };
  place.hidden = false;
  slice();
})();
