// A field of the statement form that takes one or several things of a list, by keyboard alone: type, arrows, Enter;
// Backspace in the empty field takes the last one away.

import { rank } from '../core/fuzzy.js';
import { _ } from '../core/words.js';

let number = 0;

export class Combo {
  /** @param {{label: string, items: Array, text: Function, more?: Function, many?: boolean, chosen: Array}} given; items have `id` */
  constructor({ label, items, text, more = () => '', many = false, chosen = [] }) {
    Object.assign(this, { label, items, text, more, many });
    this.chosen = chosen.map((id) => items.find((item) => item.id === id)).filter(Boolean);
    this.element = document.createElement('div');
    this.element.className = 'combo';
    this.id = `combo-${number += 1}`;
    this.element.innerHTML = '<span class="chips"></span><input role="combobox" autocomplete="off" spellcheck="false" aria-autocomplete="list" aria-expanded="false"><ul role="listbox" hidden></ul>';
    [this.chips, this.input, this.list] = this.element.children;
    this.input.id = this.id;
    this.list.id = `${this.id}-list`;
    this.list.setAttribute('aria-label', label);
    this.input.setAttribute('aria-controls', this.list.id);
    this.input.addEventListener('input', () => this.#open());
    this.input.addEventListener('focus', () => { if (!this.chosen.length) this.#open(); });
    this.input.addEventListener('blur', () => this.#close());
    this.input.addEventListener('keydown', (event) => this.#key(event));
    this.list.addEventListener('pointerdown', (event) => { event.preventDefault(); const row = event.target.closest('li'); if (row) this.#take(Number(row.dataset.at)); });
    this.#show();
  }

  get value() { return this.chosen.map((item) => item.id); }

  #show() {
    this.chips.replaceChildren(...this.chosen.map((item) => {
      const chip = document.createElement('button');
      chip.type = 'button';
      chip.tabIndex = -1;
      chip.textContent = this.text(item);
      chip.setAttribute('aria-label', _("Take away {name}").replace('{name}', this.text(item)));
      chip.addEventListener('click', () => { this.chosen = this.chosen.filter((one) => one !== item); this.#show(); this.element.dispatchEvent(new Event('change', { bubbles: true })); });
      return chip;
    }));
    this.input.hidden = false;
    this.element.classList.toggle('full', !this.many && this.chosen.length > 0);
  }

  #open() {
    const query = this.input.value, left = this.items.filter((item) => !this.chosen.includes(item));
    this.hits = query.trim() ? rank(query, left, (item) => [this.text(item), this.more(item), item.key ?? ''], 8).map((hit) => hit.item) : left.slice(0, 8);
    this.list.replaceChildren(...this.hits.map((item, i) => {
      const row = document.createElement('li'), small = document.createElement('small');
      row.id = `${this.list.id}-${i}`;
      row.dataset.at = i;
      row.setAttribute('role', 'option');
      small.textContent = this.more(item);
      row.append(this.text(item), small);
      return row;
    }));
    this.list.hidden = !this.hits.length;
    this.input.setAttribute('aria-expanded', String(!this.list.hidden));
    this.#mark(0);
  }

  #close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    this.input.value = '';
  }

  #mark(at) {
    this.at = at;
    [...this.list.children].forEach((row, i) => row.setAttribute('aria-selected', String(i === at)));
    this.list.children[at]?.scrollIntoView({ block: 'nearest' });
    if (this.hits.length) this.input.setAttribute('aria-activedescendant', `${this.list.id}-${at}`);
  }

  #key(event) {
    const open = !this.list.hidden;
    if (event.key === 'ArrowDown' && !open) this.#open();
    else if (event.key === 'ArrowDown') this.#mark((this.at + 1) % this.hits.length);
    else if (event.key === 'ArrowUp' && open) this.#mark((this.at + this.hits.length - 1) % this.hits.length);
    else if (event.key === 'Enter' && open && !event.ctrlKey) this.#take(this.at);
    else if (event.key === 'Tab' && open && this.input.value) { this.#take(this.at); return; }
    else if (event.key === 'Escape' && open) { event.stopPropagation(); this.#close(); }
    else if (event.key === 'Backspace' && !this.input.value && this.chosen.length) { this.chosen.pop(); this.#show(); this.element.dispatchEvent(new Event('change', { bubbles: true })); }
    else return;
    event.preventDefault();
  }

  #take(at) {
    const item = this.hits[at];
    if (!item) return;
    this.chosen = this.many ? [...this.chosen, item] : [item];
    this.#close();
    this.#show();
    this.element.dispatchEvent(new Event('change', { bubbles: true }));
  }
}
