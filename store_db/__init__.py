"""The SQLite files of a store: schema, migrations and named queries, with exactly one writer for each file.

A file that this package has written must stay readable for every later release. It stores documents as the bytes
they are given and rules as opaque text: it never decides what either of them means.
"""
