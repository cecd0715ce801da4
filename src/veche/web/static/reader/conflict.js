// Somebody else changed the same row meanwhile: show both versions and let the user decide. Nothing is lost.

import { h, fill, when } from './dom.js';
import { CERTAINTIES, CONSENTS, MODALITIES, OUTCOMES } from './labels.js';
import { _ } from '../core/words.js';

const SHOWN = () => ({ start: _("from character"), end: _("to character"), code_id: _("Code"), text: _("Memo"), modality: _("The speaker"), consent: _("Consent"), tone: _("Tone"), readiness: _("Readiness"), valence: _("Valence"), outcome: _("Outcome"), issue: _("Issue"), certainty: _("How known"), kind_id: _("Act"), label_ru: _("Russian label"), label_en: _("English label") });

/** Fields whose values are words of a vocabulary. */
const WORDS = { modality: MODALITIES, certainty: CERTAINTIES, outcome: OUTCOMES, consent: CONSENTS };

/**
 * Show the other's version beside one's own.
 * @param {{model, places, rows: Array, changes: Array, message: string, again: Function, done: Function}} given
 *   rows: present rows of the study {kind, id, rev, record|null, who, at}; changes: what was refused
 */
export function showConflict({ model, places, rows, changes, message, again, done }) {
  const say = (kind, name, value, record) => {
    if (value === null || value === undefined) return '–';
    if (name === 'code_id') return model.codes.get(value)?.label ?? value;
    if (name in WORDS) return WORDS[name]()[value] ?? String(value);
    if (name === 'kind_id') return model.kinds.get(value)?.label ?? value;
    return (name === 'start' || name === 'end') && record.end ? `${value} «${places.words(name === 'start' ? value : Math.max(0, value - 24), name === 'start' ? value + 24 : value)}»` : String(value);
  };
  const cards = rows.map((row) => {
    const mine = changes.find((change) => change.record.id === row.id), list = h('table', {}, h('thead', {}, h('tr', {}, h('th'), h('th', { scope: 'col' }, fill(_("By {who}, {when}"), { who: row.who ?? '?', when: when(row.at, model.language) })), h('th', { scope: 'col' }, _("Yours")))));
    if (!row.record) list.append(h('tr', {}, h('td'), h('td', {}, _("removed")), h('td')));
    else for (const [name, title] of Object.entries(SHOWN())) {
      if (!(name in row.record) || JSON.stringify(row.record[name]) === JSON.stringify(mine?.record[name])) continue;
      list.append(h('tr', {}, h('th', { scope: 'row' }, title), h('td', {}, say(row.kind, name, row.record[name], row.record)), h('td', {}, mine?.op === 'remove' ? _("removed") : say(row.kind, name, mine?.record[name], mine?.record ?? {}))));
    }
    return list;
  });
  const dialog = h('dialog.conflict', { 'aria-label': _("Changed by somebody else") }, h('h2', {}, _("Changed by somebody else")), h('p', {}, message), cards,
    h('div.row', {}, h('button.btn.main', { type: 'button', onclick: () => dialog.close() }, _("Keep theirs")), rows.every((row) => row.record) && h('button.btn', { type: 'button', onclick: () => { dialog.close(); again(); } }, _("Put mine over it"))));
  dialog.addEventListener('keydown', (event) => event.stopPropagation());
  dialog.addEventListener('close', () => { dialog.remove(); done(); });
  document.body.append(dialog);
  dialog.showModal();
}
