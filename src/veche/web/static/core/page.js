// What every page does: state of saving, live changes, presence, command field, undo and redo, local times.
import { act, redo, resume, saving, undo } from "./api.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as palette from "./palette.js";
import { say } from "./toast.js";
import { _, localTimes, ngettext } from "./words.js";

// what only scripts can do is shown, what stands in for them is not
document.documentElement.classList.add("js");
const place = document.getElementById("saving");
let reached = true;

function showSaving() {
  if (!place) return;
  const { state, count } = saving();
  const shown = state === "saved" && !reached ? "waiting" : state;
  const text = {
    saved: () => _("Saved"),
    saving: () => _("Saving…"),
    waiting: () => (count ? ngettext("No connection: {n} change waits", "No connection: {n} changes wait", count) : _("No connection to the workbench")),
    locked: () => ngettext("Open the link of the workbench again: {n} change waits", "Open the link of the workbench again: {n} changes wait", count),
    refused: () => _("Not saved: refused"),
  }[shown]();
  if (place.dataset.state !== shown || place.textContent !== text) {
    place.dataset.state = shown;
    place.textContent = text;
  }
}
document.addEventListener("veche:saving", showSaving);
document.addEventListener("veche:resent", ({ detail: { count } }) => {
  const text = ngettext("{n} change that waited was saved.", "{n} changes that waited were saved.", count);
  say(text);
});
// an act of an earlier load of the page has nobody else who would tell of its refusal
document.addEventListener("veche:refused", ({ detail: { problem, act: refused, resumed } }) => {
  if (!resumed) return;
  const revs = new Map(problem.rows.map((row) => [row.id, row.rev])), present = problem.rows.length > 0 && problem.rows.every((row) => row.record);
  const again = () => act(refused.action, refused.changes.map((one) => (one.op !== "add" && revs.has(one.record.id) ? { ...one, rev: revs.get(one.record.id) } : one)), { note: refused.note }).catch((later) => say(later.message, { stay: true }));
  say(problem.message, { stay: true, ...(present ? { label: _("Put mine over it"), run: again } : {}) });
});

live.on("state", (state) => {
  const before = reached;
  reached = state === "on";
  showSaving();
  if (reached && !before) say(_("The connection is back."));
});
live.on("presence", (people) => {
  const here = new Set(people.map((one) => one.who)), same = new Set(people.filter((one) => one.document && one.document === live.shownHere()).map((one) => one.who));
  for (const one of document.querySelectorAll("#people [data-who]")) {
    const { who } = one.dataset, name = one.dataset.name ??= one.title, mine = one.classList.contains("me");
    one.classList.toggle("here", here.has(who));
    one.classList.toggle("same", same.has(who) && !mine);
    if (mine) continue;
    one.title = same.has(who) ? _("{name} has this open too", { name }) : here.has(who) ? _("{name} is here", { name }) : name;
    one.querySelector(".vh").textContent = one.title;
  }
});
live.connect(Number(document.documentElement.dataset.seq));

// pages that paint themselves anew say so with data-live="own"
const own = document.body.querySelector("[data-live=own]") !== null;
function offer() {
  if (own || document.querySelector(".toast.reload")) return;
  say(_("The study has changed."), { label: _("Show"), run: () => location.reload(), kind: "reload", stay: true });
}
live.on("change", offer);
live.on("reload", offer);

async function step(what) {
  try {
    const { entry } = await what();
    if (!own) location.reload();
    document.dispatchEvent(new CustomEvent("veche:stepped", { detail: entry }));
  } catch (problem) {
    say(problem.message);
  }
}
keys.bind("KeyZ", () => { step(undo); }, { ctrl: true, label: _("Undo") });
keys.bind("KeyZ", () => { step(redo); }, { ctrl: true, shift: true, label: _("Redo") });
keys.bind("KeyY", () => { step(redo); }, { ctrl: true });
palette.command({ title: _("Undo"), run: () => step(undo) });
palette.command({ title: _("Redo"), run: () => step(redo) });
palette.command({ title: _("All keys"), run: () => keys.help() });
palette.install();

localTimes(document);
resume();
showSaving();

if (document.querySelector("input[type=file]")) import("./files.js");

// menus close on Escape and on a click elsewhere
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" ? event.target.closest?.("details.menu[open]") : null;
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// in a narrow window the left column is folded; its name unfolds it
const side = document.querySelector("aside.side");
if (side) {
  const unfold = document.createElement("button");
  unfold.type = "button";
  unfold.className = "unfold btn";
  unfold.textContent = side.getAttribute("aria-label");
  const fold = (folded) => { side.classList.toggle("folded", folded); unfold.setAttribute("aria-expanded", String(!folded)); };
  unfold.addEventListener("click", () => fold(!side.classList.contains("folded")));
  side.prepend(unfold);
  fold(true);
}
