// Short messages at the lower edge, read out by screen readers.
import { _ } from "./words.js";

const DURATION = 5000;

/** Say something; with `label` and `run` it carries a button; `stay`: until it is closed. */
export function say(text, { label = "", run = null, kind = "", stay = false } = {}) {
  let shelf = document.getElementById("toasts");
  if (!shelf) {
    shelf = document.createElement("div");
    shelf.id = "toasts";
    shelf.setAttribute("role", "status");
    shelf.setAttribute("aria-live", "polite");
    document.body.append(shelf);
  }
  const one = document.createElement("div");
  one.className = `toast ${kind}`;
  const words = document.createElement("span");
  words.textContent = text;
  one.append(words);
  if (label && run) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => { one.remove(); run(); });
    one.append(button);
  }
  if (stay) {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.textContent = "×";
    close.setAttribute("aria-label", _("Close"));
    close.addEventListener("click", () => one.remove());
    one.append(close);
  }
  shelf.append(one);
  if (!stay) setTimeout(() => one.remove(), DURATION);
  return one;
}
