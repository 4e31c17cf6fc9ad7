"""Where and when the service teaches.

Nouns: Centre, OpeningHours, Room, Year, Term, Postcode. It may import core.
"""
