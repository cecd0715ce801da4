// Dropping one file, or a folder that holds one: it goes into the plain form field, and the form is sent.
const form = document.querySelector("form[data-drop]"), zone = form.querySelector(".drop"), field = form.querySelector("input[type=file]");
// a project that is a folder is known by this file
const INSIDE = /^data\.qda$/i;

async function first(transfer) {
  const entry = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).find(Boolean);
  if (!entry?.isDirectory) return transfer.files[0];
  const reader = entry.createReader();
  // a folder is read in parts until a part is empty
  for (let part = await more(reader); part.length; part = await more(reader)) {
    const found = part.find((one) => one.isFile && INSIDE.test(one.name));
    if (found) return new Promise((resolve, reject) => found.file(resolve, reject));
  }
  return undefined;
}
const more = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

let depth = 0;
addEventListener("dragenter", (event) => { event.preventDefault(); depth += 1; zone.classList.add("over-it"); });
addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) { depth = 0; zone.classList.remove("over-it"); } });
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", async (event) => {
  event.preventDefault();
  depth = 0;
  zone.classList.remove("over-it");
  const file = await first(event.dataTransfer);
  if (!file) return;
  const held = new DataTransfer();
  held.items.add(file);
  field.files = held.files;
  form.requestSubmit();
});
