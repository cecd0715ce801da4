// Dropping files: they go into the plain form field, and the form is sent; a table among them goes into its own field.
import { _, ngettext } from "../core/words.js";

const form = document.getElementById("import"), zone = document.getElementById("drop");
const files = document.getElementById("files"), table = document.getElementById("table"), chosen = document.getElementById("chosen");
const TABLE = /\.(xlsx|csv|tsv)$/i;

function list(items) {
  const held = new DataTransfer();
  for (const one of items) held.items.add(one);
  return held.files;
}

/** All files of what was dropped, those in folders too; hidden ones are left out. */
async function gather(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const found = [];
  const walk = async (entry) => {
    if (entry.name.startsWith(".") || entry.name.startsWith("~$")) return;
    if (entry.isFile) found.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    else {
      const reader = entry.createReader();
      // a folder is read in parts until a part is empty
      for (let part = await more(reader); part.length; part = await more(reader)) for (const one of part) await walk(one);
    }
  };
  for (const entry of entries) await walk(entry);
  return found;
}
const more = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

function tell() {
  const n = files.files.length;
  chosen.textContent = n ? ngettext("{n} file chosen", "{n} files chosen", n) : "";
}
files.addEventListener("change", tell);

let depth = 0;
addEventListener("dragenter", (event) => { event.preventDefault(); depth += 1; zone.classList.add("over-it"); });
addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) { depth = 0; zone.classList.remove("over-it"); } });
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", async (event) => {
  event.preventDefault();
  depth = 0;
  zone.classList.remove("over-it");
  const dropped = await gather(event.dataTransfer);
  const tables = dropped.filter((one) => TABLE.test(one.name)), texts = dropped.filter((one) => !TABLE.test(one.name));
  if (tables.length && !table.files.length) table.files = list(tables.slice(0, 1));
  if (!texts.length) { chosen.textContent = tables.length ? _("The table is taken. Drop the transcripts too.") : ""; return; }
  files.files = list([...files.files, ...texts]);
  tell();
  form.requestSubmit();
});
