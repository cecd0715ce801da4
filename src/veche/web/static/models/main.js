// The screen of models: parts change in place; arrows walk over cases and models, E shows the grounds, T a table.
import "../core/wait.js";
import { install as grounds, opened } from "../core/grounds.js";
import { bind } from "../core/keys.js";
import { _ } from "../core/words.js";
import * as swap from "../core/swap.js";

const group = _("Comparison");

swap.install((_address, ids) => opened(ids));
grounds(group);

/** Numbers of the table as rows of links, as they stand on the screen: one row a town and wave. */
function grid() {
  const rows = [];
  for (const tr of document.querySelectorAll(".cmp tbody tr")) {
    if (tr.closest(".plain")) { rows.push([...tr.querySelectorAll("td a")]); continue; }
    const columns = [...tr.querySelectorAll("td.m, td.p")].map((td) => [...td.querySelectorAll("a")]);
    const waves = Math.max(0, ...columns.map((one) => one.length));
    for (let nth = 0; nth < waves; nth++) rows.push(columns.map((one) => one[nth]).filter(Boolean));
  }
  return rows.filter((row) => row.length);
}

async function move(down, right) {
  const rows = grid();
  if (!rows.length) return false;
  let row = rows.findIndex((one) => one.some((link) => link.getAttribute("aria-current")));
  let at = row < 0 ? 0 : rows[row].findIndex((link) => link.getAttribute("aria-current"));
  row = row < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, row + down));
  at = Math.min(rows[row].length - 1, Math.max(0, at + right));
  const address = rows[row][at].getAttribute("href");
  if (!await swap.swap(address, ["grounds", "cases"])) return true;
  opened(["grounds"]);
  const link = document.querySelector(`.cmp a[href="${CSS.escape(address)}"]`);
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: "nearest" });
  return true;
}
const inCases = () => !document.activeElement?.closest(".inspector");
bind("ArrowDown", () => { move(1, 0); }, { label: _("Next case"), group, when: inCases });
bind("ArrowUp", () => { move(-1, 0); }, { label: _("Case before"), group, when: inCases });
bind("ArrowRight", () => { move(0, 1); }, { label: _("Next model"), group, when: inCases });
bind("ArrowLeft", () => { move(0, -1); }, { label: _("Model before"), group, when: inCases });
bind("KeyT", () => {
  const [figure, table] = document.getElementById("as-table").closest(".seg").querySelectorAll("a");
  (table.hasAttribute("aria-current") ? figure : table).click();
}, { label: _("The figure as a table, and back"), group });
