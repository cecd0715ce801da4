// Files dropped anywhere on the page, alone or in folders.

/** Show that a zone takes what is dragged over the page, and hand over what is dropped. */
export function onDrop(zone, take) {
  let depth = 0;
  const lit = (change) => { depth = Math.max(0, depth + change); zone.classList.toggle("over-it", depth > 0); };
  addEventListener("dragenter", (event) => { event.preventDefault(); lit(1); });
  addEventListener("dragleave", () => lit(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    lit(-depth);
    take(event.dataTransfer);
  });
}

/** What was dropped, as entries of files and folders. */
export const dropped = (transfer) => [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
/** The file behind an entry. */
export const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

/** Everything in a folder, one entry after another. */
export async function* inFolder(entry) {
  const reader = entry.createReader(), more = () => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  // a folder is read in parts until a part is empty
  for (let part = await more(); part.length; part = await more()) yield* part;
}

/** Put files into a form field, as if they were chosen there. */
export function put(field, files) {
  const held = new DataTransfer();
  for (const one of files) held.items.add(one);
  field.files = held.files;
  field.dispatchEvent(new Event("change"));
}
