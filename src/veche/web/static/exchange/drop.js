// Dropping one file, or a folder that holds one: it goes into the plain form field, and the form is sent.
import { dropped, fileOf, inFolder, onDrop, put } from "../core/drop.js";

const form = document.querySelector("form[data-drop]");
// a project that is a folder is known by this file
const INSIDE = /^data\.qda$/i;

async function first(transfer) {
  const [entry] = dropped(transfer);
  if (!entry?.isDirectory) return transfer.files[0];
  for await (const one of inFolder(entry)) if (one.isFile && INSIDE.test(one.name)) return fileOf(one);
  return undefined;
}

onDrop(form.querySelector(".drop"), async (transfer) => {
  const file = await first(transfer);
  if (!file) return;
  put(form.querySelector("input[type=file]"), [file]);
  form.requestSubmit();
});
