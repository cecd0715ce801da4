// The figure: drawn by Vega, which comes from the installed package; anew when the theme changes.
import { _ } from "../core/words.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => document.documentElement.dataset.theme || (dark.matches ? "dark" : "light");
/** Narrower than so many pixels a figure is not drawn. */
const LEAST = 780;
let drawn = null, turn = 0, begin = () => {};

async function draw(place) {
  const mine = ++turn, [specification] = await Promise.all([
    fetch(`${place.dataset.figure}&_theme=${chosen()}`, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }),
    window.vegaEmbed ?? import(place.dataset.bundle),
  ]);
  if (mine !== turn) return;
  fitted(specification, place.dataset.said ?? "");
  drawn?.finalize();
  const target = document.createElement("div");
  target.className = "vega";
  place.replaceChildren(target);
  // without `ast` Vega makes functions of strings, which the page forbids
  drawn = await window.vegaEmbed(target, specification, { ast: true, defaultStyle: false, actions: false, renderer: "svg", tooltip: { disableDefaultStyle: true } });
  follow(drawn.view, target, place);
  // in a narrow window it is scrolled rather than made too small to read
  const svg = target.querySelector("svg");
  svg.style.minWidth = `${Math.min(svg.viewBox.baseVal?.width || svg.clientWidth, LEAST)}px`;
  target.classList.toggle("scrolls", target.scrollWidth > target.clientWidth);
  target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
  place.dataset.ready = "yes";
}

/** On the page the finding stands above the figure and the margin is the page's: neither is drawn twice. */
function fitted(specification, said) {
  const lines = (text) => (Array.isArray(text) ? text.join(" ") : text ?? "").trim();
  const more = specification.title?.subtitle;
  if (!lines(more) || said.includes(lines(more))) delete specification.title;
  else specification.title = { text: more, fontSize: 13, fontWeight: "normal", lineHeight: 19, color: specification.config?.title?.subtitleColor };
  specification.config = { ...specification.config, padding: { left: 0, top: 6, right: 6, bottom: 6 } };
}

/** Marks that carry the row of a table lead to its grounds: a click on them is told to the page. */
function follow(view, target, place) {
  const known = (item) => typeof item?.datum?.row === "string" && item.datum.row !== "";
  view.addEventListener("mousemove", (_event, item) => { target.classList.toggle("on-mark", known(item)); });
  view.addEventListener("click", (_event, item) => {
    if (!known(item)) return;
    target.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    item._svg?.classList.add("chosen");
    const { row, column, table } = item.datum;
    place.dispatchEvent(new CustomEvent("cell", { bubbles: true, detail: { row, column: column ?? "", table: table ?? "" } }));
  });
}

/** Draw the figure of this page, if it has one. */
export function install() {
  const place = document.getElementById("drawing");
  if (!place) return;
  const attempt = () => draw(place).catch((problem) => {
    console.warn(problem);
    const message = document.createElement("p");
    message.className = "quiet";
    message.textContent = _("The figure could not be drawn. Its numbers stand in the table.");
    place.replaceChildren(message);
    place.dataset.ready = "failed";
  });
  const start = () => { if (!place.hidden && !place.dataset.ready) { place.dataset.ready = "no"; attempt(); } };
  new MutationObserver(start).observe(place, { attributes: true, attributeFilter: ["hidden"] });
  dark.addEventListener("change", attempt);
  begin = start;
  start();
}

/** Draw the figure of the whole in place of that of a first look. */
export function whole() {
  const place = document.getElementById("drawing");
  if (!place?.dataset.whole) return;
  place.dataset.figure = place.dataset.whole;
  delete place.dataset.ready;
  begin();
}
