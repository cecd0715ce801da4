// Fields for files that speak the language of the page: the browser's own button speaks the browser's.
import { _, ngettext } from "./words.js";

function dress(field) {
  const button = document.createElement("label"), chosen = document.createElement("span");
  button.className = "btn choose";
  button.htmlFor = field.id;
  button.textContent = field.multiple ? _("Choose files") : _("Choose a file");
  chosen.className = "quiet";
  chosen.role = "status";
  const tell = () => {
    const [first, ...others] = field.files;
    chosen.textContent = others.length ? ngettext("{n} file chosen", "{n} files chosen", others.length + 1) : first?.name ?? "";
  };
  field.classList.add("vh");
  field.after(button, chosen);
  field.addEventListener("change", tell);
  tell();
}
for (const field of document.querySelectorAll("input[type=file]")) dress(field);
