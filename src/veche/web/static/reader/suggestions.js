// What this computer suggests for the interview: dotted in the text, one at a time at the right; Y accepts, U refuses.

import { get, newId, post } from '../core/api.js';
import { bind } from '../core/keys.js';
import { _, ngettext, number } from '../core/words.js';
import { h, fill } from './dom.js';

const BASES = () => ({ definition: _("definition of the code"), codings: _("your codings"), model: _("language model") });
const SOON = 500, LATER = 3000;

class Suggestions {
  constructor(reader) {
    this.reader = reader;
    this.path = `/api/documents/${reader.model.document.id}/suggestions`;
    this.all = [];
    this.at = 0;
    this.card = h('section.card.suggested', { 'aria-label': _("Suggestions"), hidden: true });
    document.querySelector('#inspector').after(this.card);
    this.painted = typeof Highlight === 'function' && 'highlights' in CSS ? new Highlight() : null;
    reader.model.addEventListener('codings', () => { this.#drop(); clearTimeout(this.timer); this.timer = setTimeout(() => this.load(), LATER); });
    const group = _("Suggestions"), when = () => this.all.length > 0;
    bind('KeyY', () => this.decide('accept'), { label: _("accept the suggestion"), group, when });
    bind('KeyU', () => this.decide('refuse'), { label: _("refuse the suggestion"), group, when });
    bind('KeyJ', () => this.go(1), { label: _("next suggestion"), group, alt: true, when });
    bind('KeyK', () => this.go(-1), { label: _("suggestion before"), group, alt: true, when });
  }

  /** Ask anew; what was shown stays shown as far as it is still suggested. */
  async load() {
    const { suggestions } = await get(this.path).catch(() => ({ suggestions: [] }));
    const before = this.all[this.at];
    this.all = suggestions.filter((one) => one.text_id === this.reader.model.document.text_id);
    const same = before ? this.all.findIndex((one) => one.start >= before.start) : this.#fromCursor();
    this.at = Math.max(0, same);
    this.#drop();
  }

  #fromCursor() { return this.all.findIndex((one) => one.end > this.reader.selection.cursor); }

  /** Leave out what is coded so by now. */
  #drop() {
    const { model } = this.reader, now = this.all[this.at];
    this.all = this.all.filter((one) => !model.codingsAt(one.start, one.end).some((coding) => coding.code_id === one.code_id && model.isMine(coding)));
    const same = this.all.indexOf(now);
    this.at = same >= 0 ? same : Math.min(this.at, Math.max(0, this.all.length - 1));
    this.#show();
  }

  go(step) {
    this.at = Math.min(Math.max(this.at + step, 0), this.all.length - 1);
    this.#show();
    const one = this.all[this.at];
    this.reader.selection.set([one.start, one.end]);
    this.reader.reveal(one.start);
  }

  async decide(what) {
    const one = this.all[this.at], { model } = this.reader;
    if (!one || this.busy) return;
    this.busy = true;
    const { text_id: text, start, end, code_id: code, basis } = one;
    const sent = { text_id: text, start, end, code_id: code, basis };
    try {
      const done = await post(`${this.path}/${what}`, what === 'accept' ? { ...sent, id: newId() } : sent);
      this.all = this.all.filter((other) => other !== one);
      if (done.coding) model.apply([{ kind: 'coding', id: done.coding.id, record: done.coding, rev: done.coding.rev }]);
      this.#drop();
      this.reader.say(what === 'accept' ? _("The suggestion is a coding of yours now.") : _("The suggestion is refused; it does not come again."));
    } catch (problem) {
      this.reader.say(problem.message, true);
    } finally {
      this.busy = false;
    }
  }

  #show() {
    this.#paint();
    const one = this.all[this.at], code = one && this.reader.model.codeOf(one);
    this.card.hidden = !one;
    if (!one) { this.card.replaceChildren(); return; }
    const why = [BASES()[one.basis], one.score === null ? '' : number(one.score, 2), one.words.join(', ')];
    if (one.precision !== null) why.push(fill(_("right in {share}%"), { share: Math.round(100 * one.precision) }));
    const open = ngettext("{n} waits", "{n} wait", this.all.length);
    const button = (words, key, act) => h('button.btn.ghost', { type: 'button', onclick: act }, words, h('kbd', {}, key));
    this.card.replaceChildren(
      h('p.eyebrow', {}, [_("Suggestions"), open].join(' · ')),
      h(`h2.${code.hue}`, {}, h('span.dot'), code.label),
      h('p.path', {}, why.filter(Boolean).join(' · ')),
      h('blockquote.words', {}, this.reader.places.words(one.start, one.end)),
      h('div.row', {}, button(_("Accept"), 'Y', () => this.decide('accept')), button(_("Refuse"), 'U', () => this.decide('refuse')), button(_("Next one"), 'Alt J', () => this.go(1))));
  }

  /** Dotted under the words, until they are accepted; only of those near, so that scrolling stays cheap. */
  #paint() {
    if (!this.painted) return;
    this.painted.clear();
    if (this.all.length) CSS.highlights.set('suggested', this.painted); else CSS.highlights.delete('suggested');
    for (const { start, end } of this.all.slice(Math.max(0, this.at - 50), this.at + 50)) {
      for (const { block, from, to } of this.reader.places.parts(start, end)) {
        this.painted.add(new StaticRange({ startContainer: block.node, startOffset: from, endContainer: block.node, endOffset: to }));
      }
    }
  }
}

// the reader of this page: the same module, under the address by which the page loaded it
const loaded = document.querySelector('script[src*="/reader/main.js"]');
if (loaded) {
  const { reader } = await import(loaded.src);
  // the text comes first
  if (reader) setTimeout(() => new Suggestions(reader).load(), SOON);
}
