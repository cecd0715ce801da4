// All codings as a table: to read with a screen reader, to sort, to filter, to jump.

import { h, short } from './dom.js';
import { _ } from '../core/words.js';

/** Open the table; `paragraph` limits it to codings of one paragraph. */
export function codingTable(reader, paragraph = null) {
  const { model, places } = reader, body = h('tbody'), filter = h('input.plain', { type: 'search', 'aria-label': _("Filter by words of code, coder or quotation"), placeholder: _("Filter") });
  const rows = model.shown.map((coding) => row(reader, coding)).filter((one) => paragraph === null || one.paragraph === paragraph);
  const columns = [['paragraph', '¶'], ['code', _("Code")], ['coder', _("Coder")], ['words', _("Quotation")]];
  let sorted = 'start', most = 300;
  const more = h('button.btn', { type: 'button', onclick: () => { most += 1000; refresh(); } }, _("Show more"));
  const refresh = () => {
    const query = filter.value.trim().toLowerCase();
    const found = rows.filter((one) => !query || `${one.code} ${one.coder} ${one.words}`.toLowerCase().includes(query)).sort((a, b) => (typeof a[sorted] === 'number' ? a[sorted] - b[sorted] : a[sorted].localeCompare(b[sorted], model.language)) || a.start - b.start);
    more.hidden = found.length <= most;
    body.replaceChildren(...found.slice(0, most).map((one) => h('tr', {}, h('td.n', {}, String(one.paragraph)), h(`td.${one.hue}`, {}, h('button', { type: 'button', onclick: () => { dialog.close(); reader.choose(one.id); reader.focus(); } }, h('span.dot'), one.code)), h('td', {}, one.coder), h('td', {}, short(one.words, 120)))));
  };
  const head = h('tr', {}, columns.map(([key, words]) => h('th', { scope: 'col', 'aria-sort': 'none' }, h('button', { type: 'button', onclick: (event) => {
    sorted = key === 'paragraph' ? 'start' : key;
    for (const cell of head.children) cell.setAttribute('aria-sort', 'none');
    event.currentTarget.parentElement.setAttribute('aria-sort', 'ascending');
    refresh();
  } }, words))));
  const dialog = h('dialog.codings', { 'aria-label': _("All codings") },
    h('div.row', {}, h('h2', {}, paragraph === null ? _("All codings") : `${_("All codings")} · ¶ ${paragraph}`), filter, h('button.btn.ghost', { type: 'button', onclick: () => dialog.close() }, _("Close"), h('kbd', {}, 'Esc'))),
    h('div.scroll', { tabindex: 0, role: 'region', 'aria-label': _("All codings") }, h('table', {}, h('thead', {}, head), body), more));
  filter.addEventListener('input', refresh);
  dialog.addEventListener('keydown', (event) => event.stopPropagation());
  dialog.addEventListener('close', () => { dialog.remove(); reader.focus(); });
  refresh();
  document.body.append(dialog);
  dialog.showModal();
  return dialog;

  function row(_reader, coding) {
    const code = model.codeOf(coding), coder = model.coderOf(coding);
    return { id: coding.id, start: coding.start, paragraph: places.blockAt(coding.start)?.number ?? 0, code: code.label, hue: code.hue, coder: coder?.name || coder?.key || '?', words: places.words(coding.start, Math.min(coding.end, coding.start + 200)) };
  }
}
