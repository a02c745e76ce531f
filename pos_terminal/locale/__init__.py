"""What the screens say, in Chinese and English: gettext catalogues beside this file, read as text at start.

English texts are the keys. The `.po` files are read directly, in about a millisecond: there is no build step that could
be forgotten, and a shop can correct a word with an editor. The till's messages with a code are in checkout/messages.py.
"""
