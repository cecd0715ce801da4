// The page of an analysis: figure, parts that change in place, keys, work under way.
import { get, post } from "../core/api.js";
import { bind } from "../core/keys.js";
import { say } from "../core/toast.js";
import { _, number } from "../core/words.js";
import * as figure from "./figure.js";
import * as swap from "./swap.js";

const work = document.querySelector(".work");

function opened(ids) {
  if (!ids.includes("grounds")) return;
  work.classList.remove("closed");
  const grounds = document.getElementById("grounds");
  grounds.closest(".inspector").scrollTop = 0;
  // below the figure in a narrow window: it comes into sight
  if (grounds.getBoundingClientRect().top > innerHeight) grounds.scrollIntoView({ block: "start" });
}
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
bind("KeyE", () => {
  const grounds = document.getElementById("grounds");
  const open = work.classList.toggle("closed") === false;
  if (open) grounds?.focus();
}, { label: _("Grounds: show or hide"), group: _("Comparison") });

// a computation in the background
const working = document.getElementById("working");
if (working) {
  const id = working.dataset.job, doing = document.getElementById("doing");
  let failed = 0;
  const look = async () => {
    try {
      const job = await get(`/api/analyses/jobs/${id}`);
      failed = 0;
      doing.textContent = `${job.doing} · ${_("{n} s", { n: number(job.seconds) })}`;
      if (job.state === "cancelled") return;
      if (job.state === "done" || job.state === "failed") { location.reload(); return; }
    } catch (problem) {
      failed += 1;
      if (failed > 5) { say(problem.message); return; }
    }
    setTimeout(look, 400);
  };
  look();
  working.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    await post(`/api/analyses/jobs/${id}/cancel`).catch(() => {});
    const [address, query] = form.getAttribute("action").split("?");
    location.assign(`${address.replace(/\/stop\/.*$/, "")}?${query}&_stopped=1`);
  });
}
