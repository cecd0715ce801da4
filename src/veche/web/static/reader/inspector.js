// The right column: the chosen quotation with code, coders, memo and history, the statements made in it, its consent.

import { h, fill, when, initials, short } from './dom.js';
import { CERTAINTIES, MODALITIES, OUTCOMES } from './labels.js';
import { _, ngettext } from '../core/words.js';
import { history } from './link.js';
import { told } from './acts.js';
import { period } from './time.js';

/** Does a field grow with its words by itself? Else its height is measured, which lays the whole page out once more. */
const GROWS = CSS.supports('field-sizing', 'content');

export class Inspector {
  /** @param {object} reader gives model, places, acts, selection and what buttons do */
  constructor(element, reader) {
    this.element = element;
    this.reader = reader;
    this.form = null; // a form that stands in place of the cards
    // while a button is held down the cards stay: a new button in its place would not hear the click
    this.pressed = false;
    element.addEventListener('pointerdown', () => { this.pressed = true; });
    const up = () => { if (this.pressed) setTimeout(() => { this.pressed = false; if (this.stale) this.show(); }); };
    for (const kind of ['pointerup', 'pointercancel']) addEventListener(kind, up);
  }

  /** Show what is chosen, once, when the act that changed it is over: an act changes several things, and each of them asks for this. */
  show() {
    if (this.waiting) return;
    this.waiting = true;
    queueMicrotask(() => { this.waiting = false; this.#draw(); });
  }

  /** Show a form in place of the cards. Once something is filled in, it stays until it is kept or left, whatever is chosen in the text. */
  hold(form, leave) {
    Object.assign(this, { form, leave, filled: false });
    for (const kind of ['input', 'change']) form.addEventListener(kind, () => { this.filled = true; });
    this.shown = this.reader.chosen;
    this.element.replaceChildren(form);
  }

  /** Put the cards back in place of the form. */
  release() {
    this.form = this.shown = null;
    this.show();
  }

  /** The chosen coding, else the selection, else what can be done. A memo being written, a form being filled are kept. */
  #draw() {
    const { model, chosen, selection } = this.reader, coding = model.codings.get(chosen), active = document.activeElement;
    if (this.form && (this.filled || this.form.contains(active))) return;
    const writing = this.element.contains(active) && active.matches('textarea') && this.shown === chosen;
    if (this.pressed || writing) { this.stale = true; return; }
    this.form = null;
    this.stale = false;
    this.shown = chosen;
    const span = coding ? [coding.start, coding.end] : selection.span;
    const cards = coding ? [this.#quotation(coding)] : span ? [this.#selected(span)] : [this.#help()];
    if (span) {
      cards.push(...model.statementsAt(...span).map((one, i) => this.#statement(one, i === 0)));
      cards.push(...this.#overlaps(span, coding));
      cards.push(...model.marksAt(...span).map((mark) => this.#consent(mark)));
    }
    const held = this.#held();
    this.element.replaceChildren(...cards);
    held();
  }

  /** What has the focus among the cards, and what is unfolded, stays so when they are made anew: returns what restores it. */
  #held() {
    const same = (one) => `${one.tagName} ${one.textContent}`, active = document.activeElement, open = this.element.querySelector('details[open]') !== null;
    const focused = this.element.contains(active) && active.matches('button, summary') ? same(active) : null;
    return () => {
      const box = this.element.querySelector('details');
      if (open && box) box.open = true;
      if (focused !== null) [...this.element.querySelectorAll('button, summary')].find((one) => same(one) === focused)?.focus({ preventScroll: true });
    };
  }

  #paragraph(point) { return this.reader.places.blockAt(point)?.number ?? 0; }

  #quotation(coding) {
    const { model, acts, places } = this.reader, code = model.codeOf(coding), mine = model.isMine(coding);
    const card = h('section.card', { 'aria-label': _("Quotation") },
      h('p.eyebrow', {}, `${_("Quotation")} · ¶ ${this.#paragraph(coding.start)}`),
      h(`h2.${code.hue}`, {}, h('span.dot'), code.label),
      h('p.path', {}, code.path.join(' › ')),
      this.#coders(coding),
      h('blockquote.words', {}, short(places.words(coding.start, coding.end), 260)),
      this.#memo(coding.id));
    if (mine) card.append(this.#modality(coding, acts));
    card.append(this.#buttons(coding, mine), this.#history(coding.id));
    return card;
  }

  /** Who put this code here, and others who put it on overlapping words, with how their borders differ. */
  #coders(coding) {
    const { model } = this.reader, list = h('ul.coders');
    const same = [...model.codings.values()].filter((c) => c.id !== coding.id && c.code_id === coding.code_id && c.coder_id !== coding.coder_id && c.start < coding.end && c.end > coding.start);
    for (const one of [coding, ...same]) {
      const coder = model.coderOf(one), name = coder?.name || coder?.key || '?';
      const who = model.isMine(one) ? _("you") : name, difference = one === coding ? '' : this.#difference(coding, one);
      list.append(h('li', {}, h(`span.ava.c${this.reader.hueOf(coder?.key ?? '')}`, { 'aria-hidden': 'true' }, initials(name)),
        h('span', {}, [who, when(one.made, model.language), difference].filter(Boolean).join(', '))));
    }
    return list;
  }

  #difference(mine, other) {
    const words = (c) => (this.reader.places.words(c.start, c.end).match(/[\p{L}\p{N}]+/gu) ?? []).length;
    const more = words(other) - words(mine);
    if (mine.start === other.start && mine.end === other.end) return _("the same borders");
    if (more === 0) return _("other borders");
    const count = Math.abs(more);
    return fill(more < 0 ? ngettext("{n} word narrower", "{n} words narrower", count) : ngettext("{n} word wider", "{n} words wider", count), { n: count });
  }

  #memo(target) {
    const { model, acts } = this.reader, memos = model.memosOf(target), mine = memos.find((memo) => model.coderOf(memo)?.key === model.who);
    const box = h('div.memos', {}, memos.filter((memo) => memo !== mine).map((memo) => h('p.memo', {}, memo.text, h('small', {}, model.coderOf(memo)?.name ?? ''))));
    let id = mine?.id ?? null, timer = 0;
    const field = h('textarea.memo', { rows: 1, placeholder: _("Memo"), 'aria-label': _("Note on this quotation"), 'data-memo': target });
    const keep = () => { clearTimeout(timer); if (field.value !== (model.memos.get(id)?.text ?? '')) id = acts.memo(target, field.value, id); };
    const grow = () => { if (!GROWS && !field.hidden) { field.style.height = 'auto'; field.style.height = `${field.scrollHeight}px`; } };
    field.value = mine?.text ?? '';
    field.hidden = !mine;
    field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(keep, 800); grow(); });
    // the cards stay where they are until the click that took the focus away is over: else it would miss its button
    const after = () => { if (document.activeElement === field) return; field.hidden ||= !field.value.trim(); if (this.stale) this.show(); };
    field.addEventListener('blur', () => { keep(); setTimeout(after, 250); });
    field.addEventListener('keydown', (event) => { if (event.key === 'Escape' || (event.key === 'Enter' && event.ctrlKey)) { event.preventDefault(); event.stopPropagation(); field.blur(); this.reader.focus(); } });
    if (!GROWS && mine) requestAnimationFrame(grow);
    box.append(field);
    return box;
  }

  /** M: write a note on the chosen quotation. */
  writeMemo() {
    const field = this.element.querySelector('textarea.memo');
    if (!field) return false;
    field.hidden = false;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    return true;
  }

  #modality(coding, acts) {
    const names = MODALITIES();
    return h('div.segments', { role: 'group', 'aria-label': _("Does the speaker say that it is so?") },
      Object.keys(names).map((key) => h('button', { type: 'button', 'aria-pressed': String(coding.modality === key), onclick: () => acts.change(coding.id, { modality: key }) }, names[key])));
  }

  #buttons(coding, mine) {
    const { reader } = this, button = (words, key, act) => h('button.btn.ghost', { type: 'button', onclick: () => act() }, words, h('kbd', {}, key));
    return h('div.row.wrap', {},
      button(_("Memo"), 'M', () => reader.commands.memo()), button(_("Relation"), 'R', () => reader.commands.relation()), button(_("Another code"), 'C', () => reader.commands.pick()),
      mine && [button(_("Split"), 'S', () => reader.commands.split()), button(_("Merge"), 'G', () => reader.acts.merge(coding.id)), button(_("Remove"), 'Del', () => reader.commands.remove())]);
  }

  #history(id) {
    const list = h('ol.history'), box = h('details', {}, h('summary', {}, _("History")), list);
    box.addEventListener('toggle', async () => {
      if (!box.open) return;
      const entries = await history(id).catch(() => []);
      list.replaceChildren(...entries.map((entry) => h('li', {}, h('span', {}, `${entry.who} · ${step(entry)}`), h('time', { datetime: entry.at }, when(entry.at, this.reader.model.language)))));
    });
    return box;
  }

  #statement(one, first) {
    const { model, reader } = { model: this.reader.model, reader: this.reader }, kind = model.kinds.get(one.kind_id);
    const name = (id) => model.parties.get(id)?.name ?? '?', names = (ids) => ids.map(name).join(', ');
    const rows = [
      [_("Act"), kind?.label ?? '?'], [_("Issue"), model.labelOf(one.issue)], [_("When"), period(one.start, one.end, model.language)],
      [_("Evidence"), [MODALITIES()[one.modality], one.certainty === 'unknown' ? '' : CERTAINTIES()[one.certainty]].filter(Boolean).join(', ')],
      [_("Outcome"), one.outcome === 'unknown' ? '' : OUTCOMES()[one.outcome]],
      [_("Valence"), one.valence === null ? '' : one.valence.toLocaleString(model.language)], [_("Readiness"), one.readiness ? fill(_("{n} of 5"), { n: one.readiness }) : ''],
    ];
    return h('section.card.rel', { 'aria-label': _("Relation statement") },
      h('p.eyebrow', {}, _("Relation statement")),
      h('div.pair', {}, h('span', {}, names(one.sources)), arrow(kind?.symmetric), h('span', {}, names(one.targets))),
      h('dl', {}, rows.filter(([, value]) => value).map(([title, value]) => h('div', {}, h('dt', {}, title), h('dd', {}, value)))),
      one.tone && toneScale(one.tone),
      h('div.row', {}, h('button.btn.ghost', { type: 'button', onclick: () => reader.commands.relation(one) }, _("Change it"), first && h('kbd', {}, '⇧R')),
        h('button.btn.ghost', { type: 'button', onclick: () => reader.acts.removeStatement(one.id) }, _("Remove"))));
  }

  #overlaps(span, coding) {
    const { model } = this.reader, others = model.codingsAt(...span).filter((one) => one !== coding);
    if (!others.length) return [];
    return [h('section.card', { 'aria-label': _("Also here") }, h('p.eyebrow', {}, _("Also here")),
      h('ul.also', {}, others.slice(0, 12).map((one) => { const code = model.codeOf(one); return h(`li.${code.hue}`, {}, h('button', { type: 'button', onclick: () => this.reader.choose(one.id) }, h('span.dot'), h('span', {}, code.label), h('small', {}, `¶ ${this.#paragraph(one.start)}`))); })))];
  }

  #consent(mark) {
    return h('section.card', { 'aria-label': _("Consent") }, h('p.eyebrow', {}, _("Consent")),
      h('p', {}, this.reader.margin.label({ mark })), h('p.path', {}, `«${short(this.reader.places.words(mark.start, mark.end), 70)}»`),
      h('div.row', {}, h('button.btn.ghost', { type: 'button', onclick: () => this.reader.acts.removeMark(mark.id) }, _("Take the mark away"))));
  }

  #selected(span) {
    const { reader } = this, words = reader.selection.words, button = (text, key, act) => h('button.btn.ghost', { type: 'button', onclick: () => act() }, text, h('kbd', {}, key));
    return h('section.card', { 'aria-label': _("Selection") }, h('p.eyebrow', {}, `${_("Selection")} · ¶ ${this.#paragraph(span[0])}`), h('blockquote.words', {}, short(words, 260)),
      h('div.row.wrap', {}, button(_("Code"), 'C', () => reader.commands.pick()), button(_("In vivo"), 'V', () => reader.commands.inVivo()), button(_("New code"), 'N', () => reader.commands.newCode()),
        button(_("Relation"), 'R', () => reader.commands.relation()), button(_("Consent"), 'B', () => reader.commands.consent())));
  }

  #help() {
    const { model } = this.reader, key = (name, words) => h('div', {}, h('dt', {}, name.split(' ').map((one) => h('kbd', {}, one))), h('dd', {}, words));
    return h('section.card', { 'aria-label': _("How to code") }, h('p.eyebrow', {}, _("This interview")),
      h('p.count', {}, h('b', {}, String(model.shown.length)), ' ', ngettext("coding", "codings", model.shown.length)),
      h('dl.keys-list', {}, key('Space', _("select the sentence")), key('Shift J', _("one sentence more")), key('Shift →', _("one word more")), key('C', _("choose a code")), key('1 … 9', _("code with a recent one")), key('J K', _("next, previous quotation")), key('T', _("all codings as a table"))));
  }
}

/** What an entry of the journal did. */
function step(entry) {
  const action = told(entry.action);
  if (entry.kind === 'undo') return fill(_("Undone: {action}"), { action });
  return entry.kind === 'redo' ? fill(_("Done again: {action}"), { action }) : action;
}

function arrow(both) {
  const space = 'http://www.w3.org/2000/svg', svg = document.createElementNS(space, 'svg'), line = document.createElementNS(space, 'path'), head = document.createElementNS(space, 'path');
  svg.setAttribute('viewBox', '0 0 74 12');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', both ? _("and") : _("acts on"));
  line.setAttribute('d', both ? 'M10 6h54' : 'M0 6h64');
  line.setAttribute('stroke', 'currentColor');
  line.setAttribute('stroke-width', '5');
  head.setAttribute('d', both ? 'M62 0l12 6-12 6zM12 0L0 6l12 6z' : 'M62 0l12 6-12 6z');
  head.setAttribute('fill', 'currentColor');
  svg.append(line, head);
  return svg;
}

function toneScale(tone) {
  return h('div.scale', { role: 'img', 'aria-label': fill(_("Tone: {n} of 5, from obedience to antagonism"), { n: tone }) },
    h('div.track', {}, [1, 2, 3, 4, 5].map((step) => h(step === tone ? 'i.on' : 'i'))), h('div.ends', {}, h('span', {}, _("obedience")), h('span', {}, _("antagonism"))));
}
