// A respondent on one code: J and K go through the codes that he or she speaks of.
import { install, swap } from "../core/swap.js";
import * as keys from "../core/keys.js";
import { _ } from "../core/words.js";

const PARTS = ["trajectory", "codes"];

async function step(by) {
  const links = [...document.querySelectorAll("#codes a")];
  const now = links.findIndex((one) => one.hasAttribute("aria-current"));
  const next = links[Math.max(0, Math.min(links.length - 1, now + by))];
  if (!next || links.indexOf(next) === now) return;
  await swap(next.getAttribute("href"), PARTS);
  show();
}
function show() {
  document.querySelector("#codes a[aria-current]")?.scrollIntoView({ block: "nearest" });
  document.querySelector(".stage").scrollTop = 0;
}
install(show);
keys.bind("KeyJ", () => { step(1); }, { label: _("next code"), group: _("Trajectory") });
keys.bind("KeyK", () => { step(-1); }, { label: _("code before"), group: _("Trajectory") });
