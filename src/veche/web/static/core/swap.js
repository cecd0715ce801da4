// Links that change a part of the page: the page is asked for and the parts named in data-swap are put in place of the old ones.
import { localTimes } from "./words.js";

let last = 0;

/** Replace elements by their namesakes on another page: swap("/analysis/x?_row=3", ["grounds"]). */
export async function swap(address, ids) {
  const turn = ++last;
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) { location.assign(address); return false; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== last) return false;
  for (const id of ids) {
    const fresh = page.getElementById(id), old = document.getElementById(id);
    if (!fresh || !old) { location.assign(address); return false; }
    const scrolled = [...old.querySelectorAll(".scroll")].map((one) => one.scrollLeft);
    old.replaceWith(document.adoptNode(fresh));
    localTimes(fresh);
    fresh.querySelectorAll(".scroll").forEach((one, n) => { one.scrollLeft = scrolled[n] ?? 0; });
  }
  history.replaceState(null, "", address);
  return true;
}

/** Let all links with data-swap work so, now and later; `after` is called with the link's address. */
export function install(after = () => {}) {
  document.addEventListener("click", async (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-swap]") : null;
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    event.preventDefault();
    const address = link.getAttribute("href"), ids = link.dataset.swap.split(" ");
    const held = link.closest("[id]")?.id;
    try {
      if (await swap(address, ids)) {
        // the focus stays where it was, on the same link of the new part
        if (held && ids.includes(held)) document.querySelector(`#${CSS.escape(held)} a[href="${CSS.escape(address)}"]`)?.focus();
        after(address, ids);
      }
    } catch { location.assign(address); }
  });
}
