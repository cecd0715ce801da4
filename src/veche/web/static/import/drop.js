// Dropping files: they go into the plain form field, and the form is sent; a table among them goes into its own field.
import { dropped, fileOf, inFolder, onDrop, put } from "../core/drop.js";
import { _ } from "../core/words.js";

const form = document.getElementById("import"), files = document.getElementById("files"), table = document.getElementById("table");
const TABLE = /\.(xlsx|csv|tsv)$/i;

/** All files of an entry, those in folders too; hidden ones are left out. */
async function* filesIn(entry) {
  if (entry.name.startsWith(".") || entry.name.startsWith("~$")) return;
  if (entry.isFile) yield await fileOf(entry);
  else for await (const one of inFolder(entry)) yield* filesIn(one);
}

async function gather(transfer) {
  const entries = dropped(transfer), found = [];
  if (!entries.length) return [...transfer.files];
  for (const entry of entries) for await (const file of filesIn(entry)) found.push(file);
  return found;
}

onDrop(document.getElementById("drop"), async (transfer) => {
  const found = await gather(transfer), tables = found.filter((one) => TABLE.test(one.name)), texts = found.filter((one) => !TABLE.test(one.name));
  if (tables.length && !table.files.length) put(table, tables.slice(0, 1));
  document.getElementById("told").textContent = tables.length && !texts.length ? _("The table is taken. Drop the transcripts too.") : "";
  if (!texts.length) return;
  put(files, [...files.files, ...texts]);
  form.requestSubmit();
});
