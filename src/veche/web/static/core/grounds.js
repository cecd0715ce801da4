// The grounds beside a finding: they come into sight when a number is chosen; E shows and hides them.
import { bind } from "./keys.js";
import { _ } from "./words.js";

const work = document.querySelector(".work");

/** Show the grounds from their beginning, if they are among the parts of the page that changed. */
export function opened(ids) {
  const grounds = document.getElementById("grounds");
  if (!ids.includes("grounds") || !grounds) return;
  work.classList.remove("closed");
  grounds.closest(".inspector").scrollTop = 0;
  // below the figure in a narrow window
  if (grounds.getBoundingClientRect().top > innerHeight) grounds.scrollIntoView({ block: "start" });
}

/** Let E show and hide them; `group` names the key in the help. */
export function install(group) {
  bind("KeyE", () => {
    if (work.classList.toggle("closed") === false) document.getElementById("grounds")?.focus();
  }, { label: _("Grounds: show or hide"), group });
}
