// J and K go from suggestion to suggestion, Y accepts, U refuses the one that has the focus.
import { bind } from "../core/keys.js";
import { _ } from "../core/words.js";

const all = [...document.querySelectorAll("[data-maybe]")];
const here = () => all.findIndex((one) => one.contains(document.activeElement));
const button = (form, step) => form.querySelector(`button[value=${step}]`);

function go(step) {
  if (!all.length) return;
  const at = here();
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1);
  button(all[next], "accept").focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function decide(step) {
  const at = here();
  if (at < 0) return go(1);
  const form = all[at];
  sessionStorage.setItem("veche-suggestion", String(at));
  return form.requestSubmit(button(form, step));
}

const group = _("Suggestions");
bind("KeyJ", () => go(1), { label: _("next suggestion"), group });
bind("KeyK", () => go(-1), { label: _("suggestion before"), group });
bind("KeyY", () => decide("accept"), { label: _("accept the suggestion"), group });
bind("KeyU", () => decide("refuse"), { label: _("refuse the suggestion"), group });

// after a decision the page comes anew: the focus goes on from the same place
const at = Number(sessionStorage.getItem("veche-suggestion") ?? -1);
sessionStorage.removeItem("veche-suggestion");
if (at >= 0 && all.length) {
  // the browser drops the focus when it has gone to the place that the address names
  addEventListener("load", () => setTimeout(() => button(all[Math.min(at, all.length - 1)], "accept").focus(), 50));
}
