// The tree of codes: moving by mouse and by keyboard, narrowing by name.
import { fuzzy } from "../core/fuzzy.js";
import { bind } from "../core/keys.js";
import { say } from "../core/toast.js";
import { _ } from "../core/words.js";

const tree = document.getElementById("tree");
const items = () => [...tree.querySelectorAll("li")];
const beside = (item, step) => { const other = step < 0 ? item.previousElementSibling : item.nextElementSibling; return other?.matches("li") ? other : null; };

/** Move a code: it is saved, then the page is loaded with the code chosen. */
async function move(item, parent, before) {
  const sent = new URLSearchParams({ id: item.dataset.id, rev: item.dataset.rev, parent: parent ?? "", before: before ?? "" });
  const answer = await fetch("/codebook/move", { method: "POST", body: sent, credentials: "same-origin" }).catch(() => null);
  if (answer?.ok) {
    sessionStorage.setItem("veche-tree", JSON.stringify([item.dataset.id, document.getElementById("main").scrollTop]));
    location.assign(answer.url);
    return;
  }
  const page = answer ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  say(page?.querySelector(".fault p")?.textContent || _("The workbench does not answer. Start it again; nothing is lost."));
}

/** Where Alt with an arrow leads: [parent, before], or null if there is no such place. */
function target(item, key) {
  const up = beside(item, -1), down = beside(item, 1), parent = item.parentElement.closest("li");
  if (key === "ArrowUp") return up && [item.dataset.parent, up.dataset.id];
  if (key === "ArrowDown") return down && [item.dataset.parent, beside(down, 1)?.dataset.id];
  if (key === "ArrowLeft") return parent && [parent.dataset.parent, beside(parent, 1)?.dataset.id];
  return up && [up.dataset.id, ""];
}
function byKey(key) {
  return () => {
    const item = document.activeElement?.closest?.("#tree li") ?? tree.querySelector("[aria-current]")?.closest("li");
    if (!item) return false;
    const place = target(item, key);
    if (place) move(item, ...place);
    return true;
  };
}

function install() {
  const group = _("Codebook");
  bind("ArrowUp", byKey("ArrowUp"), { alt: true, label: _("Code up"), group });
  bind("ArrowDown", byKey("ArrowDown"), { alt: true, label: _("Code down"), group });
  bind("ArrowLeft", byKey("ArrowLeft"), { alt: true, label: _("Code out of its parent"), group });
  bind("ArrowRight", byKey("ArrowRight"), { alt: true, label: _("Code under the one above it"), group });
  const step = (by) => () => {
    const links = items().filter((item) => !item.hidden).map((item) => item.querySelector("a"));
    const at = links.indexOf(document.activeElement);
    (links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)])?.focus();
  };
  bind("KeyJ", step(1), { label: _("Next code"), group });
  bind("KeyK", step(-1), { label: _("Previous code"), group });

  let dragged = null;
  const clear = () => tree.querySelectorAll(".drop-before, .drop-inside").forEach((one) => one.classList.remove("drop-before", "drop-inside"));
  /** Over the upper third of a code: before it; else: under it. */
  const place = (event) => {
    const line = event.target.closest?.(".line"), item = line?.closest("li");
    if (!item || !dragged || dragged.contains(item)) return null;
    const box = line.getBoundingClientRect();
    return { item, inside: event.clientY > box.top + box.height / 3 };
  };
  tree.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.id);
  });
  tree.addEventListener("dragover", (event) => {
    const there = place(event);
    clear();
    if (!there) return;
    event.preventDefault();
    there.item.classList.add(there.inside ? "drop-inside" : "drop-before");
  });
  tree.addEventListener("dragend", () => { clear(); dragged?.classList.remove("dragged"); dragged = null; });
  tree.addEventListener("drop", (event) => {
    const there = place(event);
    if (!there) return;
    event.preventDefault();
    if (there.inside) move(dragged, there.item.dataset.id, "");
    else move(dragged, there.item.dataset.parent, there.item.dataset.id);
  });

  const narrow = document.getElementById("narrow");
  narrow.addEventListener("input", () => {
    const text = narrow.value.trim();
    for (const item of items().reverse()) {
      const own = !text || fuzzy(text, item.querySelector(".name").textContent) || fuzzy(text, item.querySelector("code").textContent);
      // a code stays as long as one below it does
      item.hidden = !own && ![...item.querySelectorAll("li")].some((one) => !one.hidden);
    }
  });

  const kept = JSON.parse(sessionStorage.getItem("veche-tree") ?? "null");
  sessionStorage.removeItem("veche-tree");
  const moved = kept && tree.querySelector(`li[data-id="${CSS.escape(kept[0])}"] a`);
  const stage = document.getElementById("main");
  if (moved) { stage.scrollTop = kept[1]; moved.focus(); }
  // in a narrow window the page itself scrolls, and begins with the chosen code
  else if (stage.scrollHeight > stage.clientHeight) tree.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
}
if (tree) install();
