// Work under way on this page: how far it is; when it is over, the page comes again.
import { get, Unreachable } from "./api.js";
import { say } from "./toast.js";
import { _, number } from "./words.js";

const PAUSE = 400, TRIES = 5;
const working = document.getElementById("working");
let missed = 0;

function show(job) {
  const bar = working.querySelector("progress"), doing = working.querySelector(".doing");
  // a bar that counts says how much is done; any other only that something goes on
  if ("counts" in bar.dataset && job.steps > 1) { bar.max = job.steps; bar.value = job.step; }
  if (doing) doing.textContent = job.state === "running" ? `${job.doing} · ${_("{n} s", { n: number(job.seconds) })}` : job.message || job.doing;
}

async function look() {
  try {
    const job = await get(`/api/analyses/jobs/${working.dataset.job}`);
    missed = 0;
    if (job.state === "done" || job.state === "failed") { location.reload(); return; }
    show(job);
    // whoever stopped it leads to where the page does not begin again
    if (job.state === "cancelled") return;
  } catch (problem) {
    // work that is not known any more: the page begins it anew
    if (!(problem instanceof Unreachable)) { location.reload(); return; }
    missed += 1;
    if (missed > TRIES) { say(problem.message); return; }
  }
  setTimeout(look, PAUSE);
}
if (working) setTimeout(look, PAUSE);
