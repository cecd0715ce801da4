// Questions to the model: the page comes again when the answer is there; a choice asks at once.
import { get } from "../core/api.js";
import { bind } from "../core/keys.js";
import { _ } from "../core/words.js";

const form = document.getElementById("asking");
const working = document.getElementById("working");
if (working) {
  const bar = working.querySelector("progress"), doing = document.getElementById("doing");
  const look = async () => {
    const job = await get(`/api/analyses/jobs/${working.dataset.job}`).catch(() => null);
    if (job === null || !["waiting", "running"].includes(job.state)) { location.reload(); return; }
    if (job.steps > 1) { bar.max = job.steps; bar.value = job.step; }
    doing.textContent = job.doing;
    setTimeout(look, 400);
  };
  setTimeout(look, 400);
}

const group = _("Mechanism");
for (const at of [0, 1, 2, 3]) {
  bind(`Digit${at + 1}`, () => {
    const one = form.querySelectorAll("input[name=question]")[at];
    one.checked = true;
    one.focus();
  }, { label: [_("First question"), _("Second question"), _("Third question"), _("Fourth question")][at], group });
}
bind("Enter", () => { form.requestSubmit(); }, { label: _("Ask"), group, when: () => document.activeElement?.name === "question" });
