"""The demonstration county: what furnishes a portal with invented places, people and lessons.

The files beside this one are its content (README.md says what each holds and whose it is). `plan`
imagines, without a database; `actions` writes. Nobody imports this but its two commands.
"""
