"""Pages: one module each, with a `router` and, where it stands in the menu, `NAVIGATION`."""
