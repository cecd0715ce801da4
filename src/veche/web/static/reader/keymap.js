// Keys of the reader, by the physical key, so that they work in the Russian layout too.

import { _ } from '../core/words.js';
import { register } from './link.js';

/** [keys, what they do, act]; keys as `Ctrl Shift KeyZ`. */
export function keymap(reader) {
  return [
    ['KeyJ', _("next quotation"), () => reader.next(1)],
    ['KeyK', _("previous quotation"), () => reader.next(-1)],
    ['Space', _("select the sentence, then the next one"), () => reader.sentence(1)],
    ['Shift Space', _("select the sentence before"), () => reader.sentence(-1)],
    ['Shift KeyJ', _("one sentence more"), () => reader.extend(1)],
    ['Shift KeyK', _("one sentence less"), () => reader.extend(-1)],
    ['Shift ArrowRight', _("the end: one word more"), () => reader.edge(1, false)],
    ['Shift ArrowLeft', _("the end: one word less"), () => reader.edge(-1, false)],
    ['Alt Shift ArrowRight', _("the beginning: one word less"), () => reader.edge(1, true)],
    ['Alt Shift ArrowLeft', _("the beginning: one word more"), () => reader.edge(-1, true)],
    ['KeyC', _("choose a code"), () => reader.commands.pick()],
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [`Digit${n}`, _("code with a recent one"), () => reader.commands.quick(n)]),
    ['KeyN', _("new code"), () => reader.commands.newCode()],
    ['KeyV', _("in vivo: a code named by the words"), () => reader.commands.inVivo()],
    ['KeyR', _("relation statement"), () => reader.commands.relation()],
    ['Shift KeyR', _("change the statement here"), () => reader.commands.changeRelation()],
    ['KeyM', _("note"), () => reader.commands.memo()],
    ['KeyB', _("consent for the passage"), () => reader.commands.consent()],
    ['KeyS', _("split the quotation"), () => reader.commands.split()],
    ['KeyG', _("merge with the nearest of the same code"), () => reader.commands.merge()],
    ['Delete', _("remove the coding"), () => reader.commands.remove()],
    ['KeyA', _("my codings or those of all"), () => reader.otherFilter()],
    ['KeyT', _("all codings as a table"), () => reader.table()],
    ['BracketLeft', _("document before"), () => reader.neighbour(-1)],
    ['BracketRight', _("next document"), () => reader.neighbour(1)],
    ['Ctrl KeyF', _("search in this interview"), () => reader.search()],
    ['Ctrl Shift KeyF', _("search in all interviews"), () => reader.searchAll()],
    ['Ctrl KeyZ', _("undo"), () => reader.undo()],
    ['Ctrl Shift KeyZ', _("redo"), () => reader.redo()],
    ['Escape', _("clear the selection"), () => reader.escape()],
  ];
}

export function bindKeys(reader) { register(keymap(reader)); }
