// The figure: drawn by Vega, which comes from the installed package; anew when the theme changes.
import { _ } from "../core/words.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => document.documentElement.dataset.theme || (dark.matches ? "dark" : "light");
let drawn = null, turn = 0;

async function draw(place) {
  const mine = ++turn, [specification] = await Promise.all([
    fetch(`${place.dataset.figure}&_theme=${chosen()}`, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }),
    window.vegaEmbed ?? import(place.dataset.bundle),
  ]);
  if (mine !== turn) return;
  drawn?.finalize();
  const target = document.createElement("div");
  target.className = "vega";
  place.replaceChildren(target);
  // without `ast` Vega makes functions of strings, which the page forbids
  drawn = await window.vegaEmbed(target, specification, { ast: true, defaultStyle: false, actions: false, renderer: "svg", tooltip: { disableDefaultStyle: true } });
  place.dataset.ready = "yes";
}

/** Draw the figure of this page, if it has one. */
export function install() {
  const place = document.getElementById("drawing");
  if (!place) return;
  const attempt = () => draw(place).catch(() => {
    const message = document.createElement("p");
    message.className = "quiet";
    message.textContent = _("The figure could not be drawn. Its numbers stand in the table.");
    place.replaceChildren(message);
    place.dataset.ready = "failed";
  });
  const start = () => { if (!place.hidden && !place.dataset.ready) { place.dataset.ready = "no"; attempt(); } };
  new MutationObserver(start).observe(place, { attributes: true, attributeFilter: ["hidden"] });
  dark.addEventListener("change", attempt);
  start();
}
