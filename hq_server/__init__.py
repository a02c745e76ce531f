"""Headquarters: accepts every store's entries, folds them into stock, sales and ledgers, publishes what comes down.

All that is known is in PostgreSQL; the processes around it (api, console, worker) start together or apart. A request
is one transaction, committed before its reply.
"""
