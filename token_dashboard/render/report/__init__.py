"""Reports as tables for people and for programs: a terminal, Markdown, a page; CSV, a spreadsheet."""
