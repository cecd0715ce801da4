// Combinations: thresholds move, the findings change in place; a tile of the map goes there; the tests run when nothing moves.
import { _ } from "../core/words.js";
import * as live from "./live.js";

let resting = 0;
/** When nothing has moved for a while, the tests run by themselves. */
function rest() {
  clearTimeout(resting);
  if (document.getElementById("run-tests")) resting = setTimeout(tests, 900);
}
async function tests() {
  const link = document.getElementById("run-tests"), before = location.href;
  if (!link || live.waiting()) return;
  const answer = await fetch(link.getAttribute("href"), { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || live.waiting() || location.href !== before || !document.getElementById("run-tests")) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("tests");
  if (!fresh) return;
  document.getElementById("tests").replaceWith(document.adoptNode(fresh));
  live.follow();
}
document.addEventListener("click", (event) => {
  const tile = event.target instanceof Element ? event.target.closest("a[data-cut]") : null;
  if (!tile || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const [incl, pri] = tile.dataset.cut.split(" ");
  live.set("incl", incl);
  live.set("pri", pri);
  live.ask();
});
live.install({ group: _("Combinations"), numbers: "#found .terms a, #found .truth .out a, #found .deviant a, #found .values a", reload: ["rule"], rest });
rest();
