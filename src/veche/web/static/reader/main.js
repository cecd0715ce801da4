// The reader: puts the parts together and answers keys and mouse.

import { Places, Sentences } from './places.js';
import { Model } from './model.js';
import { Paint } from './paint.js';
import { Margin } from './margin.js';
import { Strip } from './strip.js';
import { Selection } from './selection.js';
import { Handles } from './handles.js';
import { Acts } from './acts.js';
import { Commands } from './commands.js';
import { Mouse } from './mouse.js';
import { Inspector } from './inspector.js';
import { Find } from './find.js';
import { codingTable } from './table.js';
import { showConflict } from './conflict.js';
import { bindKeys } from './keymap.js';
import { fill, short } from './dom.js';
import { follow, load, reach } from './link.js';
import { _ } from '../core/words.js';

const $ = (query) => document.querySelector(query);

class Reader {
  constructor(data) {
    const root = $('#text');
    this.sheet = $('.sheet');
    this.stage = $('#main');
    this.root = root;
    this.hues = data.hues;
    this.model = new Model(data);
    this.places = new Places(root, data.blocks);
    this.paint = new Paint(this.places, this.model);
    this.selection = new Selection({ places: this.places, sentences: new Sentences(data.sentences), paint: this.paint });
    this.acts = new Acts({ model: this.model, places: this.places, say: (words, loud) => this.say(words, loud), conflict: (problem, changes) => this.conflict(problem, changes) });
    this.margin = new Margin({ stage: this.stage, sheet: this.sheet, canvas: $('.brackets'), places: this.places, model: this.model, paint: this.paint });
    this.strip = new Strip({ canvas: $('.mini'), stage: this.stage, places: this.places, model: this.model, margin: this.margin });
    this.handles = new Handles({ sheet: this.sheet, places: this.places, model: this.model, acts: this.acts, paint: this.paint });
    this.commands = new Commands(this);
    this.mouse = new Mouse(this);
    this.inspector = new Inspector($('#inspector'), this);
    this.finder = new Find($('#find-bar'), this);
    this.chosen = null;
    this.#listen();
    this.margin.again();
    this.strip.draw();
    this.inspector.show();
    $('.wave a[aria-current]')?.scrollIntoView({ block: 'nearest' });
    this.#begin();
    bindKeys(this);
    follow(this);
    this.#reaches();
  }

  /** How far the neighbours are coded, shown when the page is ready. */
  async #reaches() {
    const shares = await reach(this.model.document.id).catch(() => ({}));
    for (const bar of document.querySelectorAll('.wave [data-document]')) {
      const share = shares[bar.dataset.document] ?? 0;
      bar.style.setProperty('--p', share);
      bar.classList.toggle('done', share >= 97);
    }
  }

  hueOf(key) { return this.hues[key] ?? 0; }

  focus() { this.root.focus({ preventScroll: true }); }

  say(words, loud = false) {
    $('#live').textContent = words;
    const toast = $('#said');
    toast.textContent = words;
    toast.classList.toggle('loud', loud);
    toast.hidden = false;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => { toast.hidden = true; }, loud ? 7000 : 2600);
  }

  /** Begin at the coding or place that the address names (#c-ID, #at-N-M, ?at=N), else at the top. */
  #begin() {
    const [, kind, value] = /^#(c|at)-(.+)$/.exec(location.hash) ?? ['', 'at', new URLSearchParams(location.search).get('at') ?? ''];
    if (kind === 'c') this.choose(value); else this.#go(...value.split('-').map((part) => parseInt(part, 10)));
    this.here();
    this.focus();
  }

  /** Select a place; of a beginning alone, the sentence that holds it. */
  #go(start, end) {
    const { sentences } = this.selection;
    if (!Number.isFinite(start) || !sentences.count) return;
    this.selection.set(end > start ? [start, end] : sentences.get(sentences.at(start)));
    this.reveal(start);
  }

  #listen() {
    this.model.addEventListener('codings', ({ detail }) => this.#codingsChanged(detail));
    this.model.addEventListener('others', () => { this.margin.arrange(); this.inspector.show(); });
    this.selection.addEventListener('change', () => { if (this.selection.span) this.unchoose(); this.here(); this.inspector.show(); });
    this.stage.addEventListener('scroll', () => { this.scrolled ??= setTimeout(() => { this.scrolled = null; this.#progress(); }, 120); }, { passive: true });
    document.addEventListener('copy', (event) => {
      if (!this.selection.span || event.target.closest?.('input, textarea') || !getSelection().isCollapsed) return;
      event.clipboardData.setData('text/plain', this.selection.words);
      event.preventDefault();
    });
    new ResizeObserver(() => this.handles.place()).observe(this.sheet);
    for (const button of document.querySelectorAll('[data-filter]')) button.addEventListener('click', () => this.filter(button.dataset.filter));
    for (const button of document.querySelectorAll('[data-do]')) button.addEventListener('click', () => this[button.dataset.do]());
    addEventListener('hashchange', () => this.#begin());
    addEventListener('pagehide', () => this.handles.keep());
  }

  #codingsChanged(changes) {
    if (!changes) { this.paint.all(); this.margin.again(); } else {
      const spans = changes.flatMap(({ before, now }) => [before, now]).filter(Boolean).map(({ start, end }) => [start, end]);
      if (changes.length > 50) this.paint.all(); else this.paint.again(spans);
      this.margin.arrange(changes.map(({ id }) => id), spans);
    }
    if (this.chosen && !this.model.codings.has(this.chosen)) this.unchoose();
    if (this.chosen) this.#showChosen();
    this.strip.later();
    this.inspector.show();
  }

  // the chosen quotation

  /** Choose a coding: its own colour in the text, its card at the right. */
  choose(id, scroll = true) {
    const coding = this.model.codings.get(id);
    if (!coding) return;
    if (this.model.filter !== 'all' && !this.model.lets(coding)) this.filter('all');
    this.selection.set(null);
    this.chosen = id;
    this.selection.cursor = coding.start;
    this.#showChosen();
    if (scroll) this.reveal(coding.start);
    this.here();
    this.inspector.show();
    const code = this.model.codeOf(coding), { number } = this.places.blockAt(coding.start);
    $('#live').textContent = fill(_("{code}, paragraph {n}: {words}"), { code: code.label, n: number, words: short(this.places.words(coding.start, coding.end), 200) });
    this.#address(`#c-${id}`);
  }

  /** The address names what is chosen, a moment later: the browser takes long over it. */
  #address(hash) {
    clearTimeout(this.addressing);
    this.addressing = setTimeout(() => history.replaceState(null, '', hash), 250);
  }

  #showChosen() {
    const coding = this.model.codings.get(this.chosen);
    this.#hue(coding);
    this.paint.show('chosen', [[coding.start, coding.end]]);
    this.margin.setChosen(this.chosen);
    this.handles.show(this.model.isMine(coding) ? coding : null);
  }

  /** The hue of the chosen quotation stands on the paragraphs that it touches: a change of the whole text would be dear. */
  #hue(coding) {
    const touched = coding ? this.places.parts(coding.start, coding.end).map(({ block }) => block.element) : [];
    for (const element of this.hued ?? []) if (!touched.includes(element)) delete element.dataset.hue;
    for (const element of touched) element.dataset.hue = this.model.codeOf(coding).hue;
    this.hued = touched;
  }

  unchoose() {
    if (!this.chosen) return;
    this.handles.show(null);
    this.chosen = null;
    this.#hue(null);
    this.paint.show('chosen', []);
    this.margin.setChosen(null);
  }

  /** Mark the paragraph of the cursor. */
  here() {
    const block = this.places.blockAt(this.selection.cursor);
    if (this.hereBlock !== block) {
      this.hereBlock?.element.classList.remove('here');
      block?.element.classList.add('here');
      this.hereBlock = block;
    }
    this.#progress();
  }

  #progress() {
    const line = $('#place'), count = this.places.blocks.at(-1)?.number ?? 0, { reach } = this.model;
    if (line) line.textContent = fill(_("¶ {n} of {all} · coded up to {share}%"), { n: this.hereBlock?.number ?? 0, all: count, share: Math.round(100 * reach / Math.max(1, this.places.length)) });
  }

  /** Scroll so that a place is well in sight. */
  reveal(point) {
    const range = this.places.range(point, point + 1) ?? this.places.range(point - 1, point);
    if (!range) return;
    const box = range.getBoundingClientRect(), view = this.stage.getBoundingClientRect();
    if (box.top < view.top + 60 || box.bottom > view.bottom - 120) this.stage.scrollTop += box.top - view.top - view.height / 3;
  }

  /** J, K: the next or previous quotation from where one is. */
  next(step) {
    const { shown } = this.model;
    if (!shown.length) { this.say(_("There are no codings here yet.")); return; }
    const at = shown.findIndex((coding) => coding.id === this.chosen);
    if (at >= 0) { this.choose(shown[Math.min(Math.max(at + step, 0), shown.length - 1)].id); return; }
    const { cursor } = this.selection;
    const found = step > 0 ? shown.find((coding) => coding.start >= cursor) ?? shown.at(-1) : shown.findLast((coding) => coding.start < cursor) ?? shown[0];
    this.choose(found.id);
  }

  // the selection

  sentence(step) {
    if (!this.selection.span && !this.chosen && this.selection.cursor === 0) this.selection.cursor = this.#topVisible();
    this.selection.sentence(step);
    this.#follow();
  }

  #topVisible() {
    if (this.stage.scrollTop < 40) return 0;
    return this.places.blocks[this.margin.blockNear(this.stage.scrollTop - this.margin.offset + 20)]?.start ?? 0;
  }

  extend(step) { this.selection.extend(step); this.#follow(true); }

  edge(step, first) {
    if (this.chosen && !this.selection.span) {
      if (this.acts.mine(this.model.codings.get(this.chosen))) this.handles.step(step, first);
      return;
    }
    this.selection.edge(step, first);
    this.#follow(!first);
  }

  #follow(end = false) {
    if (!this.selection.span) return;
    this.reveal(end ? this.selection.span[1] - 1 : this.selection.span[0]);
    $('#live').textContent = fill(_("Selected: {words}"), { words: short(this.selection.words, 200) });
  }

  /** What an act is about: the selection, else the chosen quotation, else the sentence of the cursor. */
  span() {
    const coding = this.model.codings.get(this.chosen);
    if (!this.selection.span && coding) return [coding.start, coding.end];
    if (!this.selection.span) this.sentence(1);
    return this.selection.span;
  }

  // what is shown

  filter(name) {
    this.model.setFilter(name);
    for (const button of document.querySelectorAll('[data-filter]')) button.setAttribute('aria-pressed', String(button.dataset.filter === name));
    if (this.chosen && !this.model.shown.some((coding) => coding.id === this.chosen)) { this.unchoose(); this.inspector.show(); }
    this.say({ mine: _("Your codings only"), all: _("Codings of all coders"), agreed: _("The agreed layer only") }[name]);
  }

  otherFilter() { this.filter(this.model.filter === 'mine' ? 'all' : 'mine'); }

  table() { codingTable(this); }

  search() { this.finder.show(false); }

  searchAll() { this.finder.show(true); }

  /** [ and ]: the document before or after this one in the left column. */
  neighbour(step) {
    const links = [...document.querySelectorAll('.wave a')], at = links.findIndex((link) => link.getAttribute('aria-current'));
    const link = links[at + step];
    if (link) { this.handles.keep(); location.assign(link.href); } else this.say(step > 0 ? _("This is the last document of the town.") : _("This is the first document of the town."));
  }

  escape() {
    if (!this.finder.bar.hidden) { this.finder.close(); return; }
    if (this.inspector.form) { this.inspector.leave(); return; }
    if (this.selection.span) this.selection.set(null); else this.unchoose();
    this.inspector.show();
  }

  undo() { this.handles.keep(); this.acts.undo(); }

  redo() { this.acts.redo(); }

  // others

  /** Changes of this study, by whomever, as they happen. */
  live({ changes, seq }) {
    $('#step').textContent = fill(_("step {n}"), { n: seq });
    this.model.apply(changes.filter(({ id }) => !this.acts.waitsFor(id)));
  }

  /** Too much happened at once: take everything of the document again, the place in the text stays. */
  async reload() {
    const { codings, statements, memos, consent_marks: marks } = await load(this.model.document.id);
    const fresh = { coding: codings, statement: statements, memo: memos, consent_mark: marks }, shelves = { coding: 'codings', statement: 'statements', memo: 'memos', consent_mark: 'marks' };
    for (const [kind, rows] of Object.entries(fresh)) {
      const present = new Set(rows.map((row) => row.id)), gone = [...this.model[shelves[kind]].keys()].filter((id) => !present.has(id));
      this.model.apply([...gone.map((id) => ({ kind, id, record: null, rev: 0 })), ...rows.map((record) => ({ kind, id: record.id, record, rev: record.rev }))]);
    }
  }

  conflict(problem, changes) {
    const rows = problem.rows ?? [];
    this.model.apply(rows.map(({ kind, id, record, rev }) => ({ kind, id, record, rev })));
    showConflict({
      model: this.model, places: this.places, rows, changes, message: problem.message, done: () => this.focus(),
      again: () => this.acts.over(changes, rows),
    });
  }
}

const data = document.getElementById('reader-data');
export const reader = data ? new Reader(JSON.parse(data.textContent)) : null;
