// The one-time link carries its token in the fragment, which no server log sees; it is posted and taken out of the address at once.
const form = document.getElementById("welcome");
const token = decodeURIComponent(location.hash.slice(1)).trim();
if (form && token) {
  history.replaceState(null, "", location.pathname);
  form.elements.link.value = token;
  form.requestSubmit();
}
