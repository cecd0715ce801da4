// The lab: a moved slider runs the model at once; what carries control and the coded town follow when the hand rests; maps are jobs.
import { get, post } from "../core/api.js";
import { bind } from "../core/keys.js";
import { say } from "../core/toast.js";
import { _, number } from "../core/words.js";

const form = document.getElementById("conditions");
const group = _("Lab");
let state = new URLSearchParams(location.search);
let turn = 0, busy = false, again = false, resting = 0;

const digits = (input) => (input.step >= 1 ? 0 : input.step < 0.01 ? 3 : 2);
const address = (more = {}) => { const all = new URLSearchParams(state); for (const [name, value] of Object.entries(more)) all.set(name, value); const text = all.toString(); return text ? `/lab?${text}` : "/lab"; };

async function page(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.status === 422) throw new Error(found.querySelector(".problem")?.textContent ?? "422");
  return found;
}

/** Put parts of another page in place of those here; the focus stays on its namesake. */
function put(found, ids) {
  const held = document.activeElement?.id, month = document.getElementById("month")?.value, open = document.querySelector(".told")?.open;
  for (const id of ids) {
    const fresh = found.getElementById(id);
    if (fresh) document.getElementById(id).replaceWith(document.adoptNode(fresh));
  }
  if (held && document.activeElement?.id !== held) document.getElementById(held)?.focus({ preventScroll: true });
  if (ids.includes("story")) {
    if (open) document.querySelector(".told").open = true;
    const slider = document.getElementById("month");
    slider.value = month ?? 0;
    if (reading) read();
  }
}

/** Run the model with the conditions of `state`; of many wishes that come meanwhile the last is done. */
async function run() {
  if (busy) { again = true; return; }
  busy = true;
  state.delete("map"); state.delete("explain");
  document.getElementById("story").classList.add("busy");
  try {
    do {
      again = false;
      const wanted = address(), found = await page(wanted);
      put(found, ["story"]);
      for (const slide of found.querySelectorAll(".slide")) {
        const input = slide.querySelector("input"), here = document.getElementById(input.id);
        here.closest(".slide").classList.toggle("changed", slide.classList.contains("changed"));
      }
      history.replaceState(null, "", wanted);
    } while (again);
  } catch (problem) { say(problem.message); } finally {
    busy = false;
    document.getElementById("story").classList.remove("busy");
  }
  rest();
}

/** When the hand rests, say what carries control, and hold the town beside it. */
function rest(wait = 300) {
  clearTimeout(resting);
  resting = setTimeout(async () => {
    const mine = ++turn;
    try {
      const found = await page(address({ explain: "true" }));
      if (mine !== turn) return;
      put(found, ["carried", "coded"]);
      if (document.querySelector("#coded [data-waiting]")) rest(1500);
    } catch { /* the page stands as it is; the next change tries again */ }
  }, wait);
}

form.addEventListener("input", (event) => {
  const input = event.target;
  if (input.type === "range") {
    const value = Number(input.value);
    input.closest(".slide").querySelector("output").textContent = number(value, digits(input));
    state.set(input.name, String(Number(value.toFixed(4))));
  } else if (input.type === "checkbox") state.set(input.name, input.checked ? "1" : "0");
  else return;
  // a window without months has no beginning
  for (const [start, months] of [["F_t", "F_dur"], ["pan_t", "pan_dur"]]) {
    if (input.name === start && !state.has(months)) state.set(months, form.elements[months].value);
    if (input.name === months && !state.has(start)) state.set(start, form.elements[start].value);
  }
  run();
});
form.addEventListener("change", (event) => {
  if (event.target.name === "preset") location.assign(event.target.value ? `/lab?preset=${encodeURIComponent(event.target.value)}` : "/lab");
  else if (event.target.name === "seed" && event.target.validity.valid) { state.set("seed", event.target.value); run(); }
});
form.addEventListener("submit", (event) => { event.preventDefault(); run(); });

function take(link) { state = new URLSearchParams(new URL(link, location.href).search); run(); }
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-story]") : null;
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  take(link.href);
});
document.addEventListener("change", (event) => {
  if (event.target.id === "against") { state.set("against", event.target.value); run(); }
  if (event.target.closest?.("[data-case]")) { state.set("case", event.target.value); history.replaceState(null, "", address()); rest(0); }
});
for (const [code, nth, label] of [["ArrowLeft", 0, _("Run before")], ["ArrowRight", 1, _("Next run")]]) {
  bind(code, () => { take(document.querySelectorAll("a[data-story]")[nth].href); }, { label, group });
}
bind("KeyR", () => {
  const seed = document.getElementById("seed");
  seed.value = String((Number(seed.value) + 1) % 1000000);
  state.set("seed", seed.value);
  run();
}, { label: _("Other draws"), group });

// the month under the pointer, or chosen with the slider below
let reading = false;
function read() {
  const slider = document.getElementById("month"), svg = document.querySelector(".story svg"), values = JSON.parse(document.getElementById("readings").textContent);
  const month = Number(slider.value), left = Number(svg.dataset.left), width = 860 - left - Number(svg.dataset.right);
  const place = left + (month + 0.5) * width / Number(svg.dataset.months), line = document.getElementById("cursor");
  line.setAttribute("x1", place); line.setAttribute("x2", place); line.setAttribute("visibility", "visible");
  const at = (name) => values[name][month];
  const parts = [_("Month {n}: policy {policy}", { n: month, policy: number(at("policy"), 2) })];
  if (at("yes") !== null) parts.push((at("adopted") ? _("proposal adopted with {share} % of votes", { share: number(100 * at("yes"), 0) }) : _("proposal voted down with {share} % of votes", { share: number(100 * at("yes"), 0) })), _("tone {tone}", { tone: number(at("tone"), 2) }));
  else parts.push(_("no proposal of the head"));
  parts.push(_("links {n}", { n: number(at("links"), 0) }), at("in_force") ? _("coalition in force") : _("no coalition"), at("partnership") ? _("partners, capital {capital}", { capital: number(at("capital"), 2) }) : _("no partnership, capital {capital}", { capital: number(at("capital"), 2) }));
  slider.setAttribute("aria-valuetext", parts[0]);
  document.getElementById("reading").textContent = `${parts.join(", ")}.`;
  reading = true;
}
document.addEventListener("input", (event) => { if (event.target.id === "month") read(); });
document.addEventListener("pointermove", (event) => {
  const svg = event.target instanceof Element ? event.target.closest(".story svg") : null;
  if (!svg) return;
  const box = svg.getBoundingClientRect(), left = Number(svg.dataset.left), x = (event.clientX - box.left) / box.width * 860 - left;
  const slider = document.getElementById("month"), month = Math.floor(x / (860 - left - Number(svg.dataset.right)) * Number(svg.dataset.months));
  if (month < 0 || month > Number(slider.max) || String(month) === slider.value && reading) return;
  slider.value = String(month);
  read();
});

// maps: begun, watched, stopped
const mapForm = document.getElementById("map-form");
mapForm.addEventListener("submit", async (event) => {
  event.preventDefault();
  for (const name of ["x", "y", "of", "steps", "runs"]) state.set(name, mapForm.elements[name].value);
  state.set("map", "true");
  try { put(await page(address()), ["map"]); history.replaceState(null, "", address()); watch(); } catch (problem) { say(problem.message); }
});
function watch() {
  const working = document.getElementById("working");
  if (!working) return;
  document.getElementById("stop").addEventListener("click", () => { post(`/api/analyses/jobs/${working.dataset.job}/cancel`).catch((problem) => say(problem.message)); });
  const look = async () => {
    const job = await get(`/api/analyses/jobs/${working.dataset.job}`).catch(() => null);
    if (job && (job.state === "waiting" || job.state === "running")) {
      const bar = working.querySelector("progress");
      bar.max = job.steps; bar.value = job.step;
      document.getElementById("done").textContent = job.steps > 1 ? `${Math.floor(100 * job.step / job.steps)} %` : "";
      setTimeout(look, 250);
    } else if (job?.state === "cancelled") working.replaceWith(Object.assign(document.createElement("p"), { className: "quiet", textContent: job.message || _("Stopped.") }));
    else try { const all = new URLSearchParams(state); all.set("map", "true"); put(await page(`/lab?${all}`), ["map"]); watch(); } catch (problem) { say(problem.message); }
  };
  setTimeout(look, 250);
}
document.getElementById("reading").textContent = _("Point at the story, or choose a month below it.");
watch();
rest(0);
