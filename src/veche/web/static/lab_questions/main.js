// Questions to the model: a choice by its number, and asked.
import "../core/wait.js";
import { bind } from "../core/keys.js";
import { _ } from "../core/words.js";

const form = document.getElementById("asking");
const group = _("Mechanism");
for (const at of [0, 1, 2, 3]) {
  bind(`Digit${at + 1}`, () => {
    const one = form.querySelectorAll("input[name=question]")[at];
    one.checked = true;
    one.focus();
  }, { label: [_("First question"), _("Second question"), _("Third question"), _("Fourth question")][at], group });
}
bind("Enter", () => { form.requestSubmit(); }, { label: _("Ask"), group, when: () => document.activeElement?.name === "question" });
