// The reader's links to the study and to the rest of the page: acts, questions, live changes, keys.

import { act, get, newId, redo, undo } from '../core/api.js';
import * as keys from '../core/keys.js';
import * as live from '../core/live.js';
import { _ } from '../core/words.js';

export { newId, redo, undo };

/** Send one act; resolves to {seq, revs}. */
export const send = (action, changes, note = '') => act(action, changes, { note });

/** Everything that stands on a document now. */
export const load = (documentId) => get(`/api/documents/${documentId}`);

/** Places of a query: {total, rows}; `extent` is hit, sentence or turn. */
export function find(documentId, { q, everywhere, extent }) {
  const asked = new URLSearchParams({ q, everywhere: String(everywhere), extent });
  return get(`/api/reader/${documentId}/find?${asked}`);
}

/** Acts that touched a row, newest first. */
export const history = async (rowId) => (await get(`/api/history?row=${rowId}&limit=20`)).entries;

/** How far each document of the case is coded: {document id: per cent}. */
export const reach = (documentId) => get(`/api/reader/${documentId}/reach`);

/** Hear of every change of the study, and say what is read here. */
export function follow(reader) {
  live.on('change', (message) => reader.live(message));
  live.on('reload', () => reader.reload());
  live.show(reader.model.document.id);
}

/** Bind keys: [keys, what they do, act]. */
export function register(map) {
  for (const [combination, label, run] of map) {
    const parts = combination.split(' '), code = parts.pop();
    keys.bind(code, () => run(), { label, group: _("Reading and coding"), ctrl: parts.includes('Ctrl'), shift: parts.includes('Shift'), alt: parts.includes('Alt'), when: () => !onButton(code) });
  }
}

/** Space and Enter belong to a button that has the focus. */
function onButton(code) {
  return (code === 'Space' || code === 'Enter') && document.activeElement?.matches('button, a, summary, input, select');
}
