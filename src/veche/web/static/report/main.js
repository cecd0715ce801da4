// Findings for one page: how many are chosen; another set of interviews is shown at once.
import "../core/wait.js";
import { ngettext } from "../core/words.js";

const form = document.getElementById("choice");
const boxes = [...form.querySelectorAll("input[name=a]")];

function count() {
  const chosen = boxes.filter((one) => one.checked).length;
  document.getElementById("counted").textContent = ngettext("{n} chosen", "{n} chosen", chosen);
}
form.addEventListener("change", (event) => {
  if (event.target.name === "publication") form.requestSubmit(form.querySelector("[data-plain]"));
  else count();
});
for (const button of form.querySelectorAll("[data-choose]")) {
  button.addEventListener("click", () => {
    for (const one of boxes) one.checked = button.dataset.choose === "all";
    count();
  });
}
count();
