"""Text: turns of talk, words and lemmas, queries, places that survive corrections."""
