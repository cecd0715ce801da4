// The field of codes offers codes by some letters of their name or key while one types; menus close by themselves.
import { fuzzy } from "../core/fuzzy.js";
import { bind } from "../core/keys.js";
import { _ } from "../core/words.js";

const field = document.getElementById("codes"), list = document.getElementById("all-codes");
const codes = [...list.options].map((one) => ({ key: one.value, title: one.textContent, family: one.dataset.family }));
const box = document.createElement("ul");
box.className = "offers";
box.id = "offers";
box.hidden = true;
box.setAttribute("role", "listbox");
box.setAttribute("aria-label", _("Codes"));
field.after(box);
for (const [name, value] of [["role", "combobox"], ["aria-controls", "offers"], ["aria-expanded", "false"], ["aria-autocomplete", "list"]]) field.setAttribute(name, value);

const OPERATORS = /^(AND|OR|NOT|WITHIN|NEAR(\/\d*)?|И|ИЛИ|БЕЗ|ВНУТРИ|РЯДОМ(\/\d*)?)$/;
let offered = [], chosen = 0;

/** The word at the cursor: [from, to, text]. */
function word() {
  const at = field.selectionStart, text = field.value;
  let from = at, to = at;
  while (from > 0 && !/[\s()]/.test(text[from - 1])) from -= 1;
  while (to < text.length && !/[\s()]/.test(text[to])) to += 1;
  return [from, to, text.slice(from, at)];
}
function close() {
  box.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}
function choose(n) {
  chosen = (n + offered.length) % offered.length;
  [...box.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === chosen)));
  box.children[chosen]?.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", `offer-${chosen}`);
}
function take(code) {
  const [from, to] = word();
  const key = /[\s()"]/.test(code.key) ? `"${code.key}"` : code.key;
  field.setRangeText(key, from, to, "end");
  close();
  field.focus();
}
function offer() {
  const text = word()[2];
  offered = text && !OPERATORS.test(text)
    ? codes.map((code) => ({ code, score: Math.max(fuzzy(text, code.title)?.score ?? -1, fuzzy(text, code.key)?.score ?? -1) })).filter((one) => one.score >= 0)
      .sort((a, b) => b.score - a.score).slice(0, 10).map((one) => one.code)
    : [];
  if (!offered.length || (offered.length === 1 && offered[0].key === text)) { close(); return; }
  box.replaceChildren(...offered.map((code, n) => {
    const row = document.createElement("li"), dot = document.createElement("span"), what = document.createElement("span"), small = document.createElement("small");
    row.id = `offer-${n}`;
    row.setAttribute("role", "option");
    dot.className = `dot ${code.family}`;
    what.className = "what";
    what.textContent = code.title;
    small.textContent = code.key;
    row.append(dot, what, small);
    row.addEventListener("pointerdown", (event) => { event.preventDefault(); take(code); });
    return row;
  }));
  box.hidden = false;
  field.setAttribute("aria-expanded", "true");
  choose(0);
}
field.addEventListener("input", offer);
field.addEventListener("blur", close);
field.addEventListener("keydown", (event) => {
  if (box.hidden || event.isComposing) return;
  if (event.code === "ArrowDown" || event.code === "ArrowUp") { event.preventDefault(); choose(chosen + (event.code === "ArrowDown" ? 1 : -1)); }
  else if (event.code === "Enter" || event.code === "Tab") { event.preventDefault(); take(offered[chosen]); }
  else if (event.code === "Escape") { event.preventDefault(); close(); }
});
document.getElementById("group").addEventListener("change", (event) => event.target.form.requestSubmit());
// empty fields make no long addresses
document.getElementById("filter").addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});
bind("KeyC", () => { field.focus(); field.select(); }, { label: _("To the field of codes"), group: _("Comparison") });
