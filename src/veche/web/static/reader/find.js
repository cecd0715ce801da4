// The search bar of the reader: words by lemma in this interview or in all; autocoding of what was found, with preview.

import { h, fill } from './dom.js';
import { find } from './link.js';
import { _, ngettext } from '../core/words.js';

export class Find {
  /** @param {Element} bar the bar in the page; @param {object} reader gives model, places, paint, acts and `pickCode` */
  constructor(bar, reader) {
    this.bar = bar;
    this.reader = reader;
    this.hits = [];
    this.at = -1;
    this.input = bar.querySelector('input[type="search"]');
    this.count = bar.querySelector('output');
    this.list = bar.querySelector('.found');
    bar.addEventListener('keydown', (event) => this.#key(event));
    bar.addEventListener('click', (event) => { const act = event.target.closest('[data-act]')?.dataset.act; if (act) this[act](); });
    this.input.addEventListener('input', () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.search(), 250); });
  }

  get everywhere() { return this.bar.querySelector('[data-act="everywhere_"]').getAttribute('aria-pressed') === 'true'; }

  show(everywhere = this.everywhere) {
    this.bar.hidden = false;
    const { selection } = this.reader, words = selection.words;
    if (words && words.length < 60 && !words.includes('\n')) this.input.value = words;
    this.#toggle('everywhere_', everywhere);
    this.input.focus();
    this.input.select();
    if (this.input.value) this.search();
  }

  close() {
    this.bar.hidden = true;
    this.list.replaceChildren();
    this.hits = [];
    this.reader.paint.show('found', []);
    this.reader.focus();
  }

  #toggle(act, on) { this.bar.querySelector(`[data-act="${act}"]`).setAttribute('aria-pressed', String(on)); }

  everywhere_() { this.#toggle('everywhere_', !this.everywhere); this.search(); }

  #key(event) {
    event.stopPropagation();
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && event.target === this.input) this.step(event.shiftKey ? -1 : 1);
    else if (event.code === 'KeyF' && (event.ctrlKey || event.metaKey)) this.input.select();
    else return;
    event.preventDefault();
  }

  async search() {
    const query = this.input.value.trim(), run = this.run = {};
    clearTimeout(this.timer);
    this.list.replaceChildren();
    if (!query) { this.hits = []; this.count.value = ''; this.reader.paint.show('found', []); return; }
    try {
      const { total, rows } = await find(this.reader.model.document.id, { q: query, everywhere: this.everywhere, extent: 'hit' });
      if (run !== this.run) return;
      this.query = query;
      this.hits = rows.filter((row) => row.document_id === this.reader.model.document.id);
      this.at = -1;
      this.count.value = total ? fill(ngettext("{n} place", "{n} places", total), { n: total }) : _("not found");
      this.count.classList.remove('wrong');
      this.reader.paint.show('found', this.hits.map((hit) => [hit.start, hit.end]));
      if (this.everywhere) this.#all(rows, total);
    } catch (problem) {
      if (run !== this.run) return;
      this.count.value = problem.message;
      this.count.classList.add('wrong');
    }
  }

  #all(rows, total) {
    this.list.replaceChildren(...rows.slice(0, 200).map((row) => h('li', {}, h('a', { href: row.href }, h('b', {}, row.place), h('span', {}, `${row.left} `, h('mark', {}, row.words), ` ${row.right}`)))));
    if (total > 200) this.list.append(h('li', {}, fill(_("The first {n} are shown."), { n: 200 })));
  }

  next() { this.step(1); }

  previous() { this.step(-1); }

  /** Go to the next place found in this interview. */
  async step(step) {
    if (this.query !== this.input.value.trim()) await this.search();
    if (!this.hits.length) return;
    if (this.at < 0) this.at = step > 0 ? this.hits.findIndex((hit) => hit.start >= this.reader.selection.cursor) : this.hits.length;
    else this.at += step;
    this.at = (this.at + this.hits.length) % this.hits.length;
    const hit = this.hits[this.at];
    this.reader.selection.set([hit.start, hit.end]);
    this.reader.reveal(hit.start);
    this.count.value = fill(_("{i} of {n}"), { i: this.at + 1, n: this.hits.length });
  }

  /** Autocode: the passages with a box each, one code for all that are ticked. */
  async autocode() {
    const query = this.input.value.trim();
    if (!query) { this.input.focus(); return; }
    const dialog = h('dialog.autocode', { 'aria-label': _("Autocode a search") }), list = h('ul.passages'), count = h('output'), more = h('p.path');
    let rows = [], code = null;
    const ticked = () => [...list.querySelectorAll('input:checked')].map((box) => rows[Number(box.value)]);
    const name = h('button.btn', { type: 'button', onclick: () => this.reader.commands.pickCode((one) => { code = one; name.textContent = one.label; refresh(); }, dialog) }, _("Choose a code"));
    const go = h('button.btn.main', { type: 'button', onclick: async () => { const done = await this.reader.acts.codeAll(ticked(), code.id, query); if (done) { dialog.close(); this.reader.say(fill(ngettext("{n} passage coded: {code}", "{n} passages coded: {code}", done), { n: done, code: code.label })); } } }, _("Code them"));
    const refresh = () => { const n = ticked().length; count.value = fill(ngettext("{n} passage", "{n} passages", n), { n }); go.disabled = !code || !n; };
    const load = async () => {
      const extent = dialog.querySelector('[name="extent"]:checked').value;
      rows = [];
      list.replaceChildren();
      refresh();
      count.value = _("Searching…");
      try { ({ rows, more: more.textContent } = await this.#preview(query, extent)); } catch (problem) { rows = []; more.textContent = problem.message; }
      list.replaceChildren(...rows.map((row, i) => h('li', {}, h('label', {}, h('input', { type: 'checkbox', value: i, checked: true, onchange: refresh }), h('b', {}, row.place), h('span', {}, `${row.left} `, h('mark', {}, row.words), ` ${row.right}`)))));
      refresh();
    };
    const extents = { sentence: _("sentence"), turn: _("paragraph"), hit: _("words found") };
    dialog.append(h('h2', {}, fill(_("Autocode “{query}”"), { query })),
      h('div.row', {}, h('fieldset.choices', {}, h('legend', {}, _("Code the whole")), Object.keys(extents).map((key) => h('label', {}, h('input', { type: 'radio', name: 'extent', value: key, checked: key === 'sentence', onchange: load }), h('span', {}, extents[key])))), name),
      list, more, h('div.row', {}, count, go, h('button.btn.ghost', { type: 'button', onclick: () => dialog.close() }, _("Leave"), h('kbd', {}, 'Esc'))));
    dialog.addEventListener('close', () => { dialog.remove(); this.input.focus(); });
    dialog.addEventListener('keydown', (event) => event.stopPropagation());
    document.body.append(dialog);
    dialog.showModal();
    await load();
    name.focus();
  }

  async #preview(query, extent) {
    const { total, rows } = await find(this.reader.model.document.id, { q: query, everywhere: this.everywhere, extent });
    const more = total > rows.length && rows.length >= 500 ? fill(_("The first {n} passages are shown; code them, then search again."), { n: rows.length }) : '';
    return { rows, more };
  }
}
