// The code picker at the selection: type a part of a name, Enter or 1-9 chooses; used for other lists too.

import { rank } from '../core/fuzzy.js';
import { _ } from '../core/words.js';

export class Picker {
  /** @param {Element} box the element of the picker, hidden until it is opened */
  constructor(box) {
    this.box = box;
    this.input = box.querySelector('input');
    this.list = box.querySelector('ul');
    this.foot = box.querySelector('.row');
    this.input.addEventListener('input', () => this.#refresh());
    box.addEventListener('keydown', (event) => this.#key(event));
    this.list.addEventListener('pointerdown', (event) => { event.preventDefault(); const row = event.target.closest('li'); if (row) this.#take(this.hits[Number(row.dataset.at)]); });
    box.addEventListener('focusout', (event) => { if (this.open && !box.contains(event.relatedTarget)) this.close(false); });
    this.foot.addEventListener('click', (event) => { const act = event.target.closest('[data-act]')?.dataset.act; if (act) this.#act(act); });
  }

  get open() { return !this.box.hidden; }

  /**
   * Open at a place of the sheet.
   * @param {{at: {left: number, top: number}, label: string, items: Array, first: Array, texts: Function, hue: Function,
   *          take: Function, make?: Function, acts?: object}} given
   */
  show(given) {
    this.given = given;
    this.back = document.activeElement;
    this.box.hidden = false;
    this.box.setAttribute('aria-label', given.label);
    this.input.setAttribute('aria-label', given.label);
    this.input.placeholder = given.label;
    this.input.value = given.text ?? '';
    this.foot.hidden = !given.acts;
    Object.assign(this.box.style, { left: `${given.at.left}px`, top: `${given.at.top}px` });
    this.#refresh();
    this.input.focus({ preventScroll: true });
    this.box.scrollIntoView({ block: 'nearest' });
  }

  close(refocus = true) {
    if (!this.open) return;
    this.box.hidden = true;
    if (refocus) this.back?.focus?.({ preventScroll: true });
  }

  #refresh() {
    const { items, first, texts, make } = this.given, query = this.input.value;
    const found = query.trim() ? rank(query, items, texts, 9).map((hit) => ({ ...hit, text: texts(hit.item)[0] })) : [...new Set([...first, ...items])].slice(0, 9).map((item) => ({ item, text: texts(item)[0], marks: [] }));
    this.hits = make && query.trim() ? [...found.slice(0, 8), { make: query.trim(), text: _("New code: {code}").replace('{code}', query.trim()), marks: [] }] : found;
    this.list.replaceChildren(...this.hits.map((hit, i) => this.#row(hit, i)));
    this.#mark(0);
  }

  #row({ item, text, marks, make }, i) {
    const row = document.createElement('li'), words = document.createElement('span'), dot = document.createElement('span'), key = document.createElement('kbd');
    row.id = `${this.box.id}-${i}`;
    row.dataset.at = i;
    row.setAttribute('role', 'option');
    row.className = make ? 'make' : this.given.hue(item);
    dot.className = 'dot';
    let at = 0;
    for (const [from, to] of marks) {
      const bold = document.createElement('mark');
      bold.textContent = text.slice(from, to);
      words.append(text.slice(at, from), bold);
      at = to;
    }
    words.append(text.slice(at));
    const more = item && this.given.more?.(item);
    if (more) { const small = document.createElement('small'); small.textContent = more; words.append(small); }
    key.textContent = i + 1;
    key.setAttribute('aria-hidden', 'true');
    row.append(dot, words, key);
    return row;
  }

  #mark(at) {
    this.at = Math.min(Math.max(at, 0), Math.max(this.hits.length - 1, 0));
    [...this.list.children].forEach((row, i) => row.setAttribute('aria-selected', String(i === this.at)));
    this.list.children[this.at]?.scrollIntoView({ block: 'nearest' });
    if (this.hits.length) this.input.setAttribute('aria-activedescendant', `${this.box.id}-${this.at}`);
    else this.input.removeAttribute('aria-activedescendant');
  }

  #key(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (event.key === 'Escape') this.close();
    else if (event.key === 'ArrowDown') this.#mark((this.at + 1) % Math.max(1, this.hits.length));
    else if (event.key === 'ArrowUp') this.#mark((this.at + this.hits.length - 1) % Math.max(1, this.hits.length));
    else if (event.key === 'Enter' && event.target === this.input) this.#take(this.hits[this.at], event.shiftKey);
    else if (digit && event.target === this.input && (!this.given.digits || !this.input.value || event.altKey) && this.hits[Number(digit[1]) - 1]) this.#take(this.hits[Number(digit[1]) - 1]);
    else return;
    event.preventDefault();
  }

  #take(hit, stay = false) {
    if (!hit) return;
    const { take, make } = this.given;
    if (stay) this.input.value = ''; else this.close();
    if (hit.make) make(hit.make); else take(hit.item);
    if (stay) this.#refresh();
  }

  #act(name) {
    const { acts } = this.given, text = this.input.value;
    this.close();
    acts[name]?.(text);
  }
}
