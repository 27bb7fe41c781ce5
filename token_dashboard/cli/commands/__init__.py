"""One module a command; ``cli.main`` lists them. A command imports what it uses when it runs."""
