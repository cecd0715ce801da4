// Keys by their place on the keyboard (event.code), so that they work in the Russian layout too; off in fields; all listed on "?".
import { _ } from "./words.js";

const bound = [];
const SYMBOLS = { Space: () => _("Space"), Escape: () => "Esc", Delete: () => "Del", BracketLeft: () => "[", BracketRight: () => "]", Slash: () => "/", ArrowLeft: () => "←", ArrowRight: () => "→", ArrowUp: () => "↑", ArrowDown: () => "↓", Enter: () => "Enter" };
let enabled = localStorage.getItem("veche-keys") !== "off";

/**
 * Bind a key: bind("KeyJ", handler, {label, group, shift, ctrl, alt, always}).
 * `always`: also inside fields and windows. The handler returns false to let the key through. Returns a function that unbinds.
 */
export function bind(code, handler, { label = "", group = "", shift = false, ctrl = false, alt = false, always = false, when = null } = {}) {
  const one = { code, handler, label, group, shift, ctrl, alt, always, when };
  bound.push(one);
  return () => { const at = bound.indexOf(one); if (at >= 0) bound.splice(at, 1); };
}

/** Letter keys can be switched off, for those who dictate or use a screen reader. */
export const letters = { get on() { return enabled; }, set on(value) { enabled = value; localStorage.setItem("veche-keys", value ? "on" : "off"); } };

/** Does the user type into something? */
function typing(target) {
  return target instanceof Element && (target.closest("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true]") !== null);
}

addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const inField = typing(event.target), inWindow = document.querySelector("dialog[open]") !== null;
  const ctrl = event.ctrlKey || event.metaKey;
  // the newest binding first, so that a page may take a key over
  for (const one of [...bound].reverse()) {
    if (one.code !== event.code || one.shift !== event.shiftKey || one.ctrl !== ctrl || one.alt !== event.altKey) continue;
    if ((inField || inWindow) && !one.always) continue;
    if (!enabled && !one.ctrl && /^(Key|Digit)/.test(one.code)) continue;
    if (one.when && !one.when()) continue;
    if (one.handler(event) === false) continue;
    event.preventDefault();
    return;
  }
  if (event.key === "?" && !inField && !inWindow && !ctrl) { event.preventDefault(); help(); }
});

/** Write a key as people read it. */
export function name(one) {
  const key = SYMBOLS[one.code]?.() ?? one.code.replace(/^(Key|Digit|Numpad)/, "");
  return [one.ctrl && "Ctrl", one.alt && "Alt", one.shift && "Shift", key].filter(Boolean);
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== false) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Show all keys of this page. */
export function help() {
  document.querySelector("dialog.help")?.remove();
  const groups = new Map();
  const combination = (one) => [one.ctrl, one.alt, one.shift, one.code].join();
  // of two bindings of one key the newer one counts
  const newest = new Map(bound.map((one) => [combination(one), one]));
  for (const one of bound) {
    if (!one.label || newest.get(combination(one)) !== one) continue;
    const title = one.group || _("Everywhere");
    if (!groups.has(title)) groups.set(title, new Map());
    const labels = groups.get(title);
    if (!labels.has(one.label)) labels.set(one.label, []);
    labels.get(one.label).push(name(one));
  }
  const everywhere = _("Everywhere");
  if (!groups.has(everywhere)) groups.set(everywhere, new Map());
  groups.get(everywhere).set(_("All keys"), [["?"]]);
  const inside = make("div", { class: "inside" }, make("h2", {}, _("Keys")));
  for (const [title, labels] of groups) {
    const list = make("dl");
    for (const [label, keys] of labels) {
      const digits = keys.length > 3 && keys.every((parts) => parts.length === 1 && /^\d$/.test(parts[0]));
      const shown = (digits ? [keys[0], ["…"], keys.at(-1)] : keys).flatMap((parts, n) => [...(n ? [" "] : []), ...parts.map((part) => (part === "…" ? part : make("kbd", {}, part)))]);
      list.append(make("div", {}, make("dt", {}, label), make("dd", {}, ...shown)));
    }
    inside.append(make("section", {}, make("h3", { class: "eyebrow" }, title), list));
  }
  const toggle = make("input", { type: "checkbox", checked: letters.on ? "" : null });
  toggle.addEventListener("change", () => { letters.on = toggle.checked; });
  inside.append(make("label", { class: "check" }, toggle, _("Letter keys are on")));
  const close = make("button", { class: "btn", type: "button" }, _("Close"));
  close.addEventListener("click", () => dialog.close());
  inside.append(make("div", { class: "bar" }, close));
  const dialog = make("dialog", { class: "help", "aria-label": _("Keys") }, inside);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
