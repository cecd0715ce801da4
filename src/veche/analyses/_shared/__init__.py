"""What several analyses need: rows of codes, mentions by interview, places in order, words of answers, checks."""
