// Interviews side by side: moving by row and side, and full texts that scroll together by topic.
import * as keys from "../core/keys.js";
import { _ } from "../core/words.js";

const GROUP = () => _("Side by side");

function moveInTable(table) {
  const rows = [...table.tBodies[0].rows];
  let row = -1, side = 0;
  const mark = () => {
    table.querySelectorAll("[data-here]").forEach((one) => one.removeAttribute("data-here"));
    const cell = rows[row].querySelectorAll("td")[side];
    cell.dataset.here = "";
    cell.focus({ preventScroll: true });
    rows[row].scrollIntoView({ block: "nearest" });
  };
  const go = (down, across) => {
    row = Math.max(0, Math.min(rows.length - 1, row + down));
    side = Math.max(0, Math.min(rows[row].querySelectorAll("td").length - 1, side + across));
    mark();
  };
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td");
    if (!cell || !rows.includes(cell.parentElement)) return;
    row = rows.indexOf(cell.parentElement);
    side = [...cell.parentElement.querySelectorAll("td")].indexOf(cell);
  });
  keys.bind("KeyJ", () => go(1, 0), { label: _("next row"), group: GROUP() });
  keys.bind("KeyK", () => go(-1, 0), { label: _("row before"), group: GROUP() });
  keys.bind("ArrowRight", () => go(row < 0 ? 1 : 0, 1), { label: _("next side"), group: GROUP() });
  keys.bind("ArrowLeft", () => go(row < 0 ? 1 : 0, -1), { label: _("side before"), group: GROUP() });
  keys.bind("Enter", () => {
    const link = document.activeElement.matches("td") ? document.activeElement.querySelector("a") : null;
    if (!link) return false;
    location.assign(link.href);
    return true;
  }, { label: _("open in the reader"), group: GROUP() });
}

const keysOf = (turn) => (turn.dataset.keys ?? "").split(" ").filter(Boolean);

function readTogether(box) {
  const panes = [...box.querySelectorAll(".pane")];
  const spoken = document.getElementById("said");
  let leader = panes[0], topic = "";
  const turnAt = (pane) => {
    const line = pane.getBoundingClientRect().top + Math.min(140, pane.clientHeight / 3);
    return [...pane.querySelectorAll(".turn[data-keys]")].find((one) => one.getBoundingClientRect().bottom > line) ?? null;
  };
  const show = (pane, text) => { pane.closest(".column").querySelector(".follow").value = text; };
  const lead = () => {
    const turn = turnAt(leader);
    const found = turn ? keysOf(turn) : [];
    if (!turn || found.includes(topic)) return;
    const others = panes.filter((one) => one !== leader);
    // the first topic of the turn that another side speaks of too, else the first
    const has = (pane, key) => [...pane.querySelectorAll(".turn[data-keys]")].filter((one) => keysOf(one).includes(key));
    topic = found.find((key) => others.some((pane) => has(pane, key).length)) ?? found[0];
    box.querySelectorAll(".turn.here").forEach((one) => one.classList.remove("here"));
    turn.classList.add("here");
    show(leader, "");
    for (const pane of others) {
      const [target] = has(pane, topic);
      show(pane, target ? "" : _("does not speak of it"));
      if (!target) continue;
      target.classList.add("here");
      const height = turn.getBoundingClientRect().top - leader.getBoundingClientRect().top;
      const by = target.getBoundingClientRect().top - pane.getBoundingClientRect().top - Math.max(0, height);
      pane.scrollTo({ top: pane.scrollTop + by, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
    }
  };
  const follow = (pane) => { if (leader !== pane) { leader = pane; topic = ""; } };
  for (const pane of panes) {
    // only the side that the user moves leads; what it moves in the others leads nothing back
    for (const kind of ["wheel", "pointerdown", "keydown", "touchstart", "focus"]) pane.addEventListener(kind, () => follow(pane), { passive: true });
    let waiting = 0;
    pane.addEventListener("scroll", () => {
      if (pane !== leader) return;
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(lead);
    }, { passive: true });
  }
  const step = (by) => {
    const turns = [...leader.querySelectorAll(".turn[data-keys]")];
    const now = turns.findIndex((one) => one.classList.contains("here"));
    let next = now;
    const same = now < 0 ? "" : turns[now].dataset.keys;
    do { next += by; } while (turns[next] && turns[next].dataset.keys === same);
    if (now < 0) next = 0;
    if (!turns[next]) return;
    const inside = turns[next].getBoundingClientRect().top - leader.getBoundingClientRect().top;
    leader.scrollTo({ top: leader.scrollTop + inside - 60, behavior: "instant" });
    topic = "";
    turns[next].scrollIntoView({ block: "nearest" });
    lead();
    spoken.textContent = [...turns[next].querySelectorAll(".begins li")].map((one) => one.textContent).join(", ");
  };
  const sideways = (by) => {
    const at = Math.max(0, Math.min(panes.length - 1, panes.indexOf(leader) + by));
    panes[at].focus({ preventScroll: true });
    follow(panes[at]);
    lead();
  };
  keys.bind("KeyJ", () => step(1), { label: _("next topic"), group: GROUP() });
  keys.bind("KeyK", () => step(-1), { label: _("topic before"), group: GROUP() });
  keys.bind("ArrowRight", () => sideways(1), { label: _("next side"), group: GROUP() });
  keys.bind("ArrowLeft", () => sideways(-1), { label: _("side before"), group: GROUP() });
  keys.bind("Enter", () => {
    const link = document.activeElement.matches(".pane") ? leader.querySelector(".turn.here a.no") : null;
    if (!link) return false;
    location.assign(link.href);
    return true;
  }, { label: _("open in the reader"), group: GROUP() });
  lead();
}

const table = document.getElementById("beside"), texts = document.getElementById("texts");
if (table) moveInTable(table);
if (texts) readTogether(texts);
