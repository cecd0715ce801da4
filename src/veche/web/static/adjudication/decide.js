// Digits choose whose version holds, B all, 0 none, O another code; Enter saves; J and K go to the next and the one before.
import { bind } from "../core/keys.js";
import { _ } from "../core/words.js";

const form = document.getElementById("decide");
const group = _("Decide");

/** Choose the radio button at a place among the versions, or with a value. */
function choose(radio) {
  if (!radio) return false;
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

const follow = (id) => () => { const link = document.getElementById(id); if (!link) return false; link.click(); return true; };

if (form) {
  const versions = [...form.querySelectorAll(".version input[type=radio]")];
  const other = form.querySelector("select[name=code]");
  versions.slice(0, 9).forEach((radio, at) => bind(`Digit${at + 1}`, () => choose(radio), { label: _("this coder's version"), group }));
  bind("KeyB", () => choose(form.querySelector("[value=all]")), { label: _("all of it"), group });
  bind("Digit0", () => choose(form.querySelector(".more [value=none]") ?? versions.find((one) => one.value === "none")), { label: _("none of it"), group });
  bind("KeyO", () => { choose(form.querySelector("[value=other]")); other.focus(); }, { label: _("another code"), group });
  bind("KeyR", () => form.querySelector("textarea").focus(), { label: _("write the reason"), group });
  const save = () => form.requestSubmit();
  bind("Enter", () => (document.activeElement instanceof HTMLElement && document.activeElement.matches("a, button, select") ? false : save()), { label: _("save and go on"), group });
  bind("Enter", save, { ctrl: true, always: true });
  bind("Escape", () => { if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); }, { always: true });
  other.addEventListener("change", () => { if (other.value) form.querySelector("[value=other]").checked = true; });
}
bind("KeyJ", follow("after"), { label: _("next disagreement"), group });
bind("KeyK", follow("before"), { label: _("disagreement before"), group });
document.querySelector(".docket [aria-current]")?.scrollIntoView({ block: "nearest" });
