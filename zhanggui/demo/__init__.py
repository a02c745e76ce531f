"""A chain to try out on one machine: headquarters, one store's agent and till, a printer and a scanner to look at."""
