// What is known of the document: codings, codes, coders, statements, memos, marks of consent, and who listens to changes.

import { reaches, within } from './depth.js';

const CODING = ['id', 'rev', 'start', 'end', 'code_id', 'coder_id', 'modality', 'prompted', 'made'];

export class Model extends EventTarget {
  constructor(data) {
    super();
    this.document = data.document;
    this.interview = data.interview;
    this.who = data.who;
    this.language = data.language;
    this.seq = data.seq;
    this.kinds = new Map(data.people.kinds.map((kind) => [kind.id, kind]));
    this.parties = new Map(data.people.parties.map((party) => [party.id, party]));
    this.codes = new Map(data.codes.map((code) => [code.id, code]));
    this.coders = new Map(data.coders.map((coder) => [coder.id, coder]));
    this.codings = new Map(data.codings.map((row) => [row[0], this.#codingOf(row)]));
    this.statements = new Map(data.statements.map((one) => [one.id, one]));
    this.memos = new Map(data.memos.map((one) => [one.id, one]));
    this.marks = new Map(data.consent_marks.map((one) => [one.id, one]));
    this.filter = 'all';
    this.recent = [];
    this.#sort();
  }

  #codingOf(row) {
    const coding = { document_id: this.document.id, text_id: this.document.text_id };
    CODING.forEach((name, i) => { coding[name] = row[i]; });
    return coding;
  }

  /** The record of the person who works here; null before his or her first coding. */
  get me() { return [...this.coders.values()].find((coder) => coder.key === this.who) ?? null; }

  isMine(coding) { return this.coders.get(coding.coder_id)?.key === this.who; }

  /** Codings that the filter lets through, by place; longer ones first where they begin together. */
  get shown() { return this.#shown ??= this.#sorted.filter((coding) => this.lets(coding)); }

  /** How far the shown codings reach. */
  get reach() { return this.#reaches().at(-1) ?? 0; }

  /** Shown codings that share text with [start, end). */
  within(start, end) {
    return within(this.shown, this.#reaches(), start, end);
  }

  #reaches() {
    if (this.#reachOf !== this.shown) { this.#reach = reaches(this.shown); this.#reachOf = this.shown; }
    return this.#reach;
  }
  #reach = [];
  #reachOf = null;
  #shown = null;
  #sorted = [];

  lets(coding) {
    if (this.filter === 'mine') return this.isMine(coding);
    return this.filter !== 'agreed' || this.coders.get(coding.coder_id)?.kind === 'agreed';
  }

  setFilter(filter) { this.filter = filter; this.#shown = null; this.#tell('codings', null); }

  #sort() {
    this.#sorted = [...this.codings.values()].sort(byPlace);
    this.#shown = null;
  }

  /** Take changes [{kind, id, record|null, rev}] into the model and tell who listens. */
  apply(changes) {
    const touched = { coding: [], other: [] };
    for (const { kind, id, record, rev } of changes) {
      const shelf = this.#shelf(kind);
      if (!shelf) continue;
      const before = shelf.get(id);
      if (before && rev && before.rev > rev) continue; // an answer that comes after a newer one
      const now = record && this.#belongs(kind, record) ? this.#dress(kind, { ...before, ...record, id, rev: rev ?? record.rev ?? 0 }) : null;
      if (now) shelf.set(id, now); else shelf.delete(id);
      (kind === 'coding' ? touched.coding : touched.other).push({ kind, id, before, now });
    }
    if (touched.coding.length) { this.#sort(); this.#tell('codings', touched.coding); }
    if (touched.other.length) this.#tell('others', touched.other);
  }

  #shelf(kind) {
    return { coding: this.codings, code: this.codes, coder: this.coders, statement: this.statements, memo: this.memos, consent_mark: this.marks }[kind];
  }

  #belongs(kind, record) {
    if (kind === 'coding' || kind === 'consent_mark') return record.document_id === this.document.id && record.text_id === this.document.text_id;
    if (kind === 'statement') return record.quotes.some((quote) => quote.document_id === this.document.id);
    if (kind === 'memo') return record.target_id === this.document.id || this.codings.has(record.target_id) || this.statements.has(record.target_id);
    return true;
  }

  #dress(kind, record) {
    if (kind !== 'code') return record;
    const [first, second] = this.language === 'ru' ? [record.label_ru, record.label_en] : [record.label_en, record.label_ru];
    const parent = this.codes.get(record.parent_id);
    return { ...record, label: first || second || record.key, codable: record.kind !== 'group', hue: record.hue ?? parent?.hue ?? 'other', path: parent ? [...parent.path, parent.label] : [] };
  }

  #tell(type, changes) { this.dispatchEvent(new CustomEvent(type, { detail: changes })); }

  codeOf(coding) { return this.codes.get(coding.code_id) ?? { id: '', key: '?', label: '?', hue: 'other', path: [], codable: false }; }

  /** The name of the code with that key; of anything else, the words themselves. */
  labelOf(key) { return [...this.codes.values()].find((code) => code.key === key)?.label ?? key; }

  coderOf(record) { return this.coders.get(record.coder_id) ?? null; }

  /** Codes that can be put on text. */
  get codable() { return [...this.codes.values()].filter((code) => code.codable); }

  memosOf(id) { return [...this.memos.values()].filter((memo) => memo.target_id === id); }

  /** Statements with a quotation that shares text with [start, end). */
  statementsAt(start, end) {
    return [...this.statements.values()].filter((one) => one.quotes.some((q) => q.document_id === this.document.id && q.start < end && q.end > start));
  }

  marksAt(start, end) { return [...this.marks.values()].filter((mark) => mark.start < end && mark.end > start); }

  codingsAt(start, end) { return this.within(start, end); }

  /** Remember a code as used last, for the keys 1 to 9. */
  use(codeId) { this.recent = [codeId, ...this.recent.filter((id) => id !== codeId)].slice(0, 9); }

  /** Codes for the keys 1 to 9: used last in this tab, then those used most here by me. */
  get quick() {
    const counts = new Map();
    for (const coding of this.codings.values()) if (this.isMine(coding)) counts.set(coding.code_id, (counts.get(coding.code_id) ?? 0) + 1);
    const often = [...counts].sort((a, b) => b[1] - a[1]).map(([id]) => id);
    return [...new Set([...this.recent, ...often])].map((id) => this.codes.get(id)).filter((code) => code?.codable).slice(0, 9);
  }
}

function byPlace(a, b) { return a.start - b.start || b.end - a.end || (a.id < b.id ? -1 : 1); }
