// The framework matrix: cells by keyboard, summaries saved as they are typed, conflicts shown with the other text.
import { swap } from "../core/swap.js";
import { act, newId, settled } from "../core/api.js";
import * as keys from "../core/keys.js";
import * as live from "../core/live.js";
import { say } from "../core/toast.js";
import { _ } from "../core/words.js";

const PAUSE = 800;
let coder = document.querySelector("[data-coder]").dataset.coder || null;
const own = new Set();
let writing = null;

/** The summary under the hand: what is saved of it, and on which revision. */
class Writing {
  constructor(form) {
    this.form = form;
    this.area = form.elements.text;
    this.id = form.dataset.id;
    this.saved = this.area.value.trim();
    this.rev = Number(form.elements.rev.value);
    this.timer = 0;
    this.sending = null;
    this.area.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.save(), PAUSE); });
    this.area.addEventListener("blur", () => this.save());
    form.addEventListener("submit", (event) => { event.preventDefault(); this.save(event.submitter?.name === "checked"); });
    document.getElementById("keep").hidden = true;
  }

  /** Save what is typed, if it differs from what is saved; `again`: also when only its grounds are confirmed. */
  async save(again = false) {
    clearTimeout(this.timer);
    while (this.sending) await this.sending;
    const text = this.area.value.trim();
    if ((text === this.saved && !again) || (!text && !this.rev)) return;
    this.sending = this.#send(text);
    await this.sending;
    this.sending = null;
  }

  async #send(text) {
    const field = (name) => this.form.elements[name].value;
    const id = this.rev ? this.id : newId();
    // whoever writes for the first time in this study becomes one of its coders
    const me = coder ? null : { id: newId(), key: document.documentElement.dataset.who, name: document.documentElement.dataset.who };
    const record = {
      id, case_id: field("case"), code_id: field("code"), wave_id: field("wave") || null, text, coder_id: coder ?? me.id,
      made: new Date().toISOString(), grounds: field("grounds").split(" ").filter(Boolean),
    };
    const op = !text ? "remove" : this.rev ? "replace" : "add";
    try {
      const changes = [{ op, kind: "summary", record, rev: op === "add" ? null : this.rev }];
      if (me) changes.unshift({ op: "add", kind: "coder", record: me });
      const done = await act(text ? "write summary" : "remove summary", changes);
      coder ??= me.id;
      own.add(done.seq);
      this.saved = text;
      this.id = id;
      this.rev = text ? done.revs[id] : 0;
      this.#shown(text);
    } catch (problem) {
      if (problem.status === 409 || problem.status === 404) await this.#clash(problem);
      else say(problem.message, { stay: true });
    }
  }

  #shown(text) {
    const link = document.querySelector(`[data-cell="${CSS.escape(document.getElementById("cell").dataset.key)}"]`);
    document.getElementById("since")?.remove();
    document.querySelectorAll("#cell .badge").forEach((one) => one.remove());
    document.querySelector("#cell .by").textContent = "";
    if (!link) return;
    link.closest("td").classList.remove("stale");
    link.querySelector(".since")?.remove();
    let sum = link.querySelector(".sum");
    if (!text) { sum?.remove(); return; }
    if (!sum) {
      sum = document.createElement("span");
      sum.className = "sum";
      link.prepend(sum);
    }
    sum.textContent = text;
  }

  /** Somebody else wrote meanwhile: show their text, and let the user choose. */
  async #clash(problem) {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const theirs = page.getElementById("write");
    const place = document.getElementById("clash");
    if (!theirs || !place) { say(problem.message, { stay: true }); return; }
    const words = theirs.elements.text.value, rev = Number(theirs.elements.rev.value);
    const take = (text) => {
      this.id = theirs.dataset.id;
      this.rev = rev;
      this.saved = words.trim();
      this.area.value = text;
      place.hidden = true;
      this.area.focus();
      this.save();
    };
    place.className = "problem";
    place.setAttribute("role", "alert");
    const box = document.createElement("div");
    const told = document.createElement("p"), quoted = document.createElement("blockquote"), row = document.createElement("p");
    told.textContent = words ? _("Somebody wrote here meanwhile:") : _("Somebody removed this summary meanwhile.");
    quoted.textContent = words;
    row.className = "row";
    const mine = this.area.value;
    for (const [label, text] of [[_("Take theirs"), words], [_("Keep mine"), mine], [_("Join both"), [words, mine].filter(Boolean).join("\n\n")]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = label;
      button.addEventListener("click", () => take(text));
      row.append(button);
    }
    box.append(told, quoted, row);
    place.replaceChildren(box);
    place.hidden = false;
  }
}

function begin() {
  const form = document.getElementById("write");
  writing = form ? new Writing(form) : null;
  const key = document.getElementById("cell").dataset.key;
  for (const link of document.querySelectorAll("[data-cell]")) {
    const here = link.dataset.cell === key;
    link.closest("td").classList.toggle("here", here);
    if (here) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  }
}

async function open(link, write) {
  await writing?.save();
  if (!(await swap(link.getAttribute("href"), ["cell"]))) return;
  begin();
  if (write) document.getElementById("words")?.focus();
}

document.getElementById("matrix")?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-cell]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link, true);
});

function move(down, across) {
  const rows = [...document.querySelectorAll("#matrix tbody tr")].map((one) => [...one.querySelectorAll("a[data-cell]")]);
  if (!rows.length) return;
  const now = document.activeElement.closest?.("a[data-cell]") ?? document.querySelector("a[data-cell][aria-current]");
  const row = rows.findIndex((one) => one.includes(now));
  const to = row < 0 ? rows[0][0] : rows[Math.max(0, Math.min(rows.length - 1, row + down))][Math.max(0, Math.min(rows[row].length - 1, rows[row].indexOf(now) + across))];
  to.focus();
}
const group = _("Framework matrix");
keys.bind("KeyJ", () => move(1, 0), { label: _("next row"), group });
keys.bind("KeyK", () => move(-1, 0), { label: _("row before"), group });
keys.bind("ArrowDown", () => move(1, 0), { group });
keys.bind("ArrowUp", () => move(-1, 0), { group });
keys.bind("ArrowRight", () => move(0, 1), { label: _("next column"), group });
keys.bind("ArrowLeft", () => move(0, -1), { label: _("column before"), group });
keys.bind("Escape", () => {
  if (document.activeElement.id !== "words") return false;
  document.querySelector("a[data-cell][aria-current]")?.focus();
  return true;
}, { always: true, label: _("back to the matrix"), group });

// what others did is shown when the user wants it: nothing moves under the hand
async function others(message) {
  await settled();
  if (own.has(message.seq) || document.querySelector(".toast.reload")) return;
  if (message.changes && !message.changes.some((one) => ["summary", "coding", "code"].includes(one.kind))) return;
  const news = _("The study has changed.");
  say(news, { label: _("Show"), run: async () => { await writing?.save(); location.reload(); }, kind: "reload", stay: true });
}
live.on("change", others);
live.on("reload", others);
document.addEventListener("veche:stepped", () => location.reload());
addEventListener("pagehide", () => { writing?.save(); });
begin();
