// What one does with the selection or the chosen quotation: give it a code, a note, a relation, a consent; cut it, join it, take it away.

import { Picker } from './picker.js';
import { statementForm } from './statement.js';
import { fill, short } from './dom.js';
import { _ } from '../core/words.js';

export class Commands {
  /** @param {object} reader gives model, places, acts, selection, inspector and what is chosen */
  constructor(reader) {
    this.reader = reader;
    this.picker = new Picker(document.querySelector('#picker'));
  }

  /** Where a picker opens: under the end of the first line of the span, inside the sheet. */
  #spot(span) {
    const range = this.reader.places.range(...span), box = range?.getBoundingClientRect() ?? this.reader.sheet.getBoundingClientRect(), sheet = this.reader.sheet.getBoundingClientRect();
    const first = range?.getClientRects()[0] ?? box, view = this.reader.stage.getBoundingClientRect();
    const below = Math.min(box.bottom, view.bottom - 60) - sheet.top + 8;
    return { left: Math.min(Math.max(first.left - sheet.left - 8, 70), sheet.width - 350), top: below };
  }

  /** C: choose a code for the selection; with a quotation chosen, another code for it. */
  pick(text = '') {
    const span = this.reader.span();
    if (!span) return;
    const coding = this.reader.selection.span ? null : this.reader.model.codings.get(this.reader.chosen);
    if (coding && !this.reader.acts.mine(coding)) return;
    this.#codePicker({
      at: this.#spot(span), text, label: coding ? _("Another code") : _("Code the selection"), digits: true,
      take: (code) => (coding ? this.#recode(coding, code) : this.code(code.id, span)),
      make: (label) => this.#made(span, label),
      acts: { relation: () => this.relation(), memo: () => this.memo(), make: (label) => (label.trim() ? this.#made(span, label.trim()) : this.newCode()) },
    });
  }

  #recode(coding, code) {
    this.reader.acts.change(coding.id, { code_id: code.id }, 'change code');
    const words = _("The code is now: {code}");
    this.reader.say(fill(words, { code: code.label }));
  }

  /** Choose a code for something else; `inside` is the dialog that it belongs to. */
  pickCode(take, inside) {
    const box = document.querySelector('#picker'), home = box.parentElement;
    inside.append(box);
    this.#codePicker({ at: { left: 20, top: 90 }, label: _("Choose a code"), take });
    const back = () => { if (!this.picker.open) { home.append(box); watch.disconnect(); } }, watch = new MutationObserver(back);
    watch.observe(box, { attributeFilter: ['hidden'] });
    inside.addEventListener('close', () => { this.picker.close(false); home.append(box); }, { once: true });
  }

  #codePicker(given) {
    this.picker.show({ items: this.reader.model.codable, first: this.reader.model.quick, texts: (code) => [code.label, code.key, code.label_ru, code.label_en], more: (code) => code.path.at(-1) ?? '', hue: (code) => code.hue, ...given });
  }

  code(codeId, span = this.reader.span()) {
    if (!span) return;
    const id = this.reader.acts.code(span, codeId);
    this.reader.selection.cursor = span[0];
    this.reader.choose(id, false);
    this.reader.focus();
  }

  #made(span, label) { const id = this.reader.acts.newCode(span, label); this.reader.choose(id, false); this.reader.focus(); }

  /** 1-9: code with one of the codes used last. */
  quick(number) {
    const code = this.reader.model.quick[number - 1];
    if (!code) { this.reader.say(fill(_("No recent code has the number {n}. Press C to choose one."), { n: number })); return; }
    if (this.reader.selection.span || !this.reader.chosen) this.code(code.id); else { const coding = this.reader.model.codings.get(this.reader.chosen); this.code(code.id, [coding.start, coding.end]); }
  }

  /** N: a new code; its name is typed in the picker. */
  newCode(text = '') {
    const span = this.reader.span();
    if (!span) return;
    this.picker.show({ at: this.#spot(span), label: _("Name of the new code"), text, items: [], first: [], texts: () => [], hue: () => 'other', take: () => {}, make: (label) => this.#made(span, label) });
  }

  /** V: in vivo, a code named by the words themselves. */
  inVivo() {
    const span = this.reader.span();
    if (span) this.newCode(short(this.reader.places.words(...span), 60).replace(/[.,;:!?]+$/u, ''));
  }

  memo() {
    if (this.reader.chosen && this.reader.inspector.writeMemo()) return;
    this.reader.say(_("Choose a quotation first: J, K or a click."), true);
  }

  remove() {
    const at = this.reader.model.shown.findIndex((coding) => coding.id === this.reader.chosen);
    if (at < 0) { this.reader.say(_("Choose a quotation first: J, K or a click."), true); return; }
    const start = this.reader.model.shown[at].start;
    if (this.reader.acts.remove(this.reader.chosen)) this.reader.selection.cursor = start;
    this.reader.focus();
  }

  /** S: cut the chosen quotation at the cursor of the keyboard or mouse; without one, after its middle sentence. */
  split() {
    const coding = this.reader.model.codings.get(this.reader.chosen);
    if (!coding) { this.reader.say(_("Choose a quotation first: J, K or a click."), true); return; }
    const { sentences } = this.reader.selection, inside = (point) => point > coding.start && point < coding.end;
    const starts = [];
    for (let i = sentences.at(coding.start); i < sentences.count && sentences.get(i)[0] < coding.end; i += 1) if (inside(sentences.get(i)[0])) starts.push(sentences.get(i)[0]);
    const at = inside(this.reader.selection.cursor) ? this.reader.selection.cursor : starts[Math.floor((starts.length - 1) / 2)];
    this.reader.acts.split(coding.id, at ?? coding.start);
  }

  merge() {
    if (this.reader.chosen) this.reader.acts.merge(this.reader.chosen); else this.reader.say(_("Choose a quotation first: J, K or a click."), true);
  }

  /** R: the form of a relation statement on the selection or the chosen quotation. */
  relation(old = null) {
    const span = this.reader.span();
    if (!span) return;
    const { document: place } = this.reader.model;
    const quotes = old?.quotes ?? [{ document_id: place.id, text_id: place.text_id, start: span[0], end: span[1] }];
    const leave = () => { this.reader.inspector.release(); this.reader.focus(); };
    const form = statementForm({ model: this.reader.model, quotes, words: this.reader.places.words(quotes[0].start, quotes[0].end), old, leave, save: (fields) => { this.reader.acts.statement(fields); leave(); this.reader.say(_("The statement is kept.")); } });
    this.reader.inspector.hold(form, leave);
    form.first.focus();
  }

  /** Shift R: change the statement that stands here. */
  changeRelation() {
    const span = this.reader.span(), old = span && this.reader.model.statementsAt(...span)[0];
    if (old) this.relation(old); else this.reader.say(_("No statement stands here. R makes one."), true);
  }

  /** B: under which consent the passage stands. */
  consent() {
    const span = this.reader.span();
    if (!span) return;
    const items = ['quote', 'paraphrase', 'background'].map((id) => ({ id, label: this.reader.margin.label({ mark: { consent: id } }) }));
    this.picker.show({ at: this.#spot(span), label: _("Consent for this passage"), items, first: items, digits: true, texts: (item) => [item.label], hue: () => 'consent', take: (item) => { this.reader.acts.consent(span, item.id); this.reader.focus(); } });
  }
}
