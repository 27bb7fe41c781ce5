"""Reading very many logs with several processes at once; the ledger is written by the one that asked."""
