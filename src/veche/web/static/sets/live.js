// A form whose answer stands on the same page: what is moved is asked for at once, and the parts change in place.
import { get } from "../core/api.js";
import { install as grounds, opened } from "../core/grounds.js";
import { bind } from "../core/keys.js";
import { _ } from "../core/words.js";
import * as swap from "../core/swap.js";

const PARTS = ["found", "grounds"];
const form = document.getElementById("settings");
const locale = document.documentElement.lang;
let busy = false, again = false, timer = 0;
let rested = () => {};

/** Is an answer on its way? */
export const waiting = () => busy;

/** Address of what the form says. */
function address() {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") asked.append(name, value);
  return `${form.getAttribute("action")}?${asked}`;
}
const written = (slider) => Number(slider.value).toLocaleString(locale, slider.step === "1" ? {} : { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Move a slider from elsewhere. */
export function set(name, value) {
  const slider = form.elements[name];
  slider.value = value;
  slider.parentElement.querySelector("output").value = written(slider);
}

/** Ask for the findings; while one answer is on its way only the newest question waits. */
export async function ask() {
  if (busy) { again = true; return; }
  busy = true;
  const began = performance.now(), wanted = address();
  try {
    const answer = await fetch(wanted, { credentials: "same-origin" });
    // thresholds that cannot be used have a page too, which says why
    if (!answer.ok && answer.status !== 422) { location.assign(wanted); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of PARTS) {
      const fresh = page.getElementById(id), old = document.getElementById(id);
      if (!fresh || !old) { location.assign(wanted); return; }
      old.replaceWith(document.adoptNode(fresh));
    }
    history.replaceState(null, "", wanted);
    document.getElementById("found").dataset.milliseconds = Math.round(performance.now() - began);
  } catch { location.assign(wanted); return; } finally { busy = false; }
  if (again) { again = false; ask(); } else { rested(); follow(); }
}
const soon = () => { clearTimeout(timer); timer = setTimeout(ask, 30); };

/** What takes longer is looked for again until it is done. */
export async function follow() {
  const job = document.querySelector("#found [data-job]")?.dataset.job;
  if (!job) return;
  const state = await get(`/api/analyses/jobs/${job}`).catch(() => null);
  if (state === null || state.state === "done" || state.state === "failed") location.reload();
  else setTimeout(follow, 400);
}

async function move(numbers, step) {
  const all = [...document.querySelectorAll(numbers)];
  if (!all.length) return;
  const focused = all.indexOf(document.activeElement);
  const now = focused >= 0 ? focused : all.findIndex((one) => one.getAttribute("aria-current"));
  const wanted = all[Math.min(all.length - 1, Math.max(0, now + step))].getAttribute("href");
  if (!await swap.swap(wanted, PARTS)) return;
  opened(["grounds"]);
  const link = document.querySelector(`#found a[href="${CSS.escape(wanted)}"]`);
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: "nearest" });
}

/** Bring the page to life: `numbers` selects the links that arrows walk over, `reload` fields whose change brings a new page, `rest` is told when an answer stands. */
export function install({ group, numbers, reload = [], rest = () => {} }) {
  rested = rest;
  form.addEventListener("input", (event) => {
    if (event.target.type !== "range") return;
    event.target.parentElement.querySelector("output").value = written(event.target);
    soon();
  });
  form.addEventListener("change", (event) => {
    if (reload.includes(event.target.name)) form.requestSubmit();
    else if (event.target.type !== "range") soon();
  });
  swap.install((_address, ids) => { opened(ids); rested(); });
  const inPage = () => !document.activeElement?.closest(".inspector, form, summary");
  bind("ArrowDown", () => { move(numbers, 1); }, { label: _("Next number"), group, when: inPage });
  bind("ArrowUp", () => { move(numbers, -1); }, { label: _("Number before"), group, when: inPage });
  grounds(group);
  follow();
}
