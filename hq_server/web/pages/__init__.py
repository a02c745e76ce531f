"""The console's pages, one a file. A page asks its desk for values and draws them."""
