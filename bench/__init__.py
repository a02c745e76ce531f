"""Speed, always beside a floor measured in the same run.

Machines differ and are shared, so a figure alone says little: every case runs what we do and the least that any program
would have to do for the same result, interleaved, and reports the ratio. No test passes or fails on these figures.
"""
