// The words of the vocabularies that the reader shows: key in the study -> word in the language in use.

import { _ } from '../core/words.js';

export const MODALITIES = () => ({ asserted: _("asserted"), denied: _("denied"), hypothetical: _("what if") });
export const CERTAINTIES = () => ({ first_hand: _("first hand"), second_hand: _("from others"), rumour: _("rumour"), inference: _("inferred"), unknown: _("not said") });
export const OUTCOMES = () => ({ achieved: _("achieved"), partly: _("partly"), failed: _("failed"), unknown: _("not said") });
export const CONSENTS = () => ({ quote: _("May be quoted"), paraphrase: _("Paraphrase only"), background: _("Background only") });
