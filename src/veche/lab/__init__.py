"""The mechanism lab: an executable model of small-town power, and the theory it rests on."""
