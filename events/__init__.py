"""Concerts, festivals, workshops and their tickets.

Nouns to come: Event, Performance, Ticket. It may import lessons, ensembles and below.
"""
