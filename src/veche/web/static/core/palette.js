// The command field (Ctrl K): interviews, codes, pages and commands by some of their letters; anything else is looked for in the texts.
import { get } from "./api.js";
import { marked, rank } from "./fuzzy.js";
import { bind } from "./keys.js";
import { _ } from "./words.js";

const commands = [];
let items = null, dialog = null;
const KINDS = { interview: () => _("interview"), code: () => _("code"), page: () => _("page"), command: () => _("command"), search: () => _("search") };

/** Add a command of a page: {title, detail, run}. Returns a function that takes it away. */
export function command(one) {
  commands.push({ kind: "command", detail: "", ...one });
  return () => commands.splice(commands.indexOf(one), 1);
}

async function load() {
  try { items = (await get("/api/palette")).items; } catch { items ??= []; }
}

/** Open the command field, with a beginning if one was typed already. */
export function open(query = "") {
  if (dialog?.open) return;
  dialog?.remove();
  dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", _("Find a word, code, interview or command"));
  const field = document.createElement("input");
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-expanded", "true");
  field.setAttribute("aria-controls", "palette-list");
  field.setAttribute("aria-label", _("Word, code, command"));
  field.placeholder = _("Word, code, command");
  field.value = query;
  field.maxLength = 400;
  const list = document.createElement("ul");
  list.id = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", _("Found"));
  dialog.append(field, list);
  document.body.append(dialog);
  let found = [], chosen = 0;

  const choose = (at) => {
    chosen = Math.max(0, Math.min(at, found.length - 1));
    [...list.children].forEach((one, n) => one.setAttribute("aria-selected", String(n === chosen)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    if (found.length) field.setAttribute("aria-activedescendant", `palette-${chosen}`);
  };
  const go = (one) => {
    dialog.close();
    if (one.run) one.run();
    else location.assign(one.href);
  };
  const draw = () => {
    const text = field.value.trim();
    found = rank(text, [...commands, ...(items ?? [])], (one) => [one.title, one.detail, ...(one.also ? [one.also] : [])], 30);
    if (text) found.push({ item: { kind: "search", title: _("Look for “{text}” in all texts", { text }), detail: "", href: `/search?q=${encodeURIComponent(text)}` }, marks: [] });
    list.textContent = "";
    found.forEach(({ item, marks }, n) => {
      const row = document.createElement("li");
      row.id = `palette-${n}`;
      row.setAttribute("role", "option");
      if (item.family) {
        const dot = document.createElement("span");
        dot.className = `dot ${item.family}`;
        row.append(dot);
      }
      const what = document.createElement("span");
      what.className = "what";
      const small = document.createElement("small");
      const kind = KINDS[item.kind]?.() ?? "";
      small.textContent = item.kind === "code" ? `${item.detail} · ${kind}` : kind;
      row.append(marked(what, item.title, marks), small);
      row.addEventListener("click", () => go(item));
      row.addEventListener("pointermove", () => choose(n));
      list.append(row);
    });
    choose(0);
  };
  // whoever types fast means what will be found, not what is known so far
  const enter = async () => {
    if (items === null) await loaded;
    if (dialog.open && found[chosen]) go(found[chosen].item);
  };
  field.addEventListener("input", draw);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.code];
    if (step) { event.preventDefault(); choose(chosen + step); }
    if (event.code === "Enter" || event.code === "NumpadEnter") { event.preventDefault(); enter(); }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  field.focus();
  draw();
  const loaded = load().then(() => { if (dialog.open) draw(); });
}

/** Let Ctrl K and the field of the top bar open it. */
export function install() {
  bind("KeyK", () => open(), { ctrl: true, always: true, label: _("Find a word, code, interview or command") });
  const field = document.getElementById("find");
  // by mouse the window is better; by Tab the plain field of the page stays
  field?.addEventListener("pointerdown", (event) => { event.preventDefault(); open(field.value); });
}
