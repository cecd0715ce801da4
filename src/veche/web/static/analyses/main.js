// The page of an analysis: figure, parts that change in place, keys.
import "../core/wait.js";
import { install as grounds, opened } from "../core/grounds.js";
import { get } from "../core/api.js";
import { bind } from "../core/keys.js";
import { say } from "../core/toast.js";
import { _ } from "../core/words.js";
import * as figure from "./figure.js";
import * as swap from "../core/swap.js";

swap.install((_address, ids) => opened(ids));
figure.install();
document.getElementById("drawing")?.addEventListener("cell", async (event) => {
  const address = new URL(event.currentTarget.dataset.look, location.href);
  for (const [name, value] of [...address.searchParams]) if (!value) address.searchParams.delete(name);
  const { row, column, table } = event.detail;
  address.searchParams.set("_at", row);
  if (column) address.searchParams.set("_col", column);
  if (table) address.searchParams.set("_table", table);
  const held = new URL(location.href).searchParams.get("_digest");
  if (held) address.searchParams.set("_digest", held);
  try { if (await swap.swap(address.pathname + address.search, ["grounds", "tables"])) opened(["grounds"]); } catch { location.assign(address); }
});

// of a first look the rest comes by itself
async function rest() {
  const more = document.querySelector("#more [data-job]");
  if (!more) return;
  try {
    const job = await get(`/api/analyses/jobs/${more.dataset.job}`);
    if (job.state === "waiting" || job.state === "running") { setTimeout(rest, 500); return; }
    if (job.state !== "done") return;
    figure.whole();
    await swap.swap(location.pathname + location.search, ["tables", "more"]);
  } catch { /* the page stays as it is: what stands there holds */ }
}
rest();

// the address is the permanent link: with the digest of the evidence in it
const permanent = document.getElementById("permanent");
if (permanent) {
  const here = new URL(location.href), kept = new URL(permanent.href);
  if (!here.searchParams.has("_digest")) {
    here.searchParams.set("_digest", kept.searchParams.get("_digest"));
    for (const [name, value] of [...here.searchParams]) if (!value) here.searchParams.delete(name);
    history.replaceState(null, "", here);
  }
  permanent.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try { await navigator.clipboard.writeText(permanent.href); say(_("The permanent link is copied.")); } catch { location.assign(permanent.href); }
  });
}

function table() {
  const drawing = document.getElementById("drawing"), view = document.getElementById("view");
  if (!drawing || !view) return;
  drawing.hidden = !drawing.hidden;
  const [first, second] = view.querySelectorAll("a");
  first.toggleAttribute("aria-current", !drawing.hidden);
  second.toggleAttribute("aria-current", drawing.hidden);
  for (const one of [first, second]) if (one.hasAttribute("aria-current")) one.setAttribute("aria-current", "true");
  const here = new URL(location.href);
  if (drawing.hidden) here.searchParams.set("_view", "table"); else here.searchParams.delete("_view");
  history.replaceState(null, "", here);
  document.getElementById("main").scrollTo({ top: 0 });
}
document.getElementById("view")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (!link.hasAttribute("aria-current")) table();
});
bind("KeyT", table, { label: _("The figure as a table, and back"), group: _("Comparison") });
grounds(_("Comparison"));
