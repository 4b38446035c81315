// One question at a time without asking the server: every part of the form is on the page, this shows one of them. Nothing is
// sent until the report is. Without this script the same buttons bring the form back from the server.

const form = document.querySelector("form[data-walk]");

if (form) {
  const parts = [...form.querySelectorAll("[data-part]")];
  const step = form.elements.step;
  const next = form.querySelector("[data-walk-next]");
  const back = form.querySelector("[data-walk-back]");
  const last = parts.length;

  function show(number, focus) {
    step.value = number;
    parts.forEach((part, index) => { part.hidden = index + 1 !== number; });
    next.hidden = number === last;
    back.hidden = number === 1;
    if (focus) {
      parts[number - 1].querySelector(".eyebrow")?.focus();
      scrollTo({ top: 0 });
    }
  }

  const address = (number) => {
    const url = new URL(location.href);
    url.pathname = "/report";
    url.searchParams.set("step", number);
    return url;
  };

  history.replaceState({ step: Number(step.value) }, "", address(step.value));
  addEventListener("popstate", (event) => { if (event.state?.step) show(event.state.step, true); });

  form.addEventListener("submit", (event) => {
    const way = event.submitter?.dataset.go;
    if (!way) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const at = Number(step.value);
    // The Enter key on the last page sends.
    if (way === "next" && at === last) return form.requestSubmit(form.querySelector("[data-part=send] button.big"));
    const to = Math.min(last, Math.max(1, at + (way === "next" ? 1 : -1)));
    document.getElementById("error-summary")?.remove();
    history.pushState({ step: to }, "", address(to));
    show(to, true);
  }, true);
}
