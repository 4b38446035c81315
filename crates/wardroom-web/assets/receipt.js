// Takes a receipt code from the address's fragment (which no server ever sees) into the code box of the track page.

const code = decodeURIComponent(location.hash.slice(1));
const box = document.getElementById("code");
if (box && /^[0-9A-Za-z-]{20,60}$/.test(code)) {
  box.value = code;
  history.replaceState(null, "", location.pathname + location.search);
}
