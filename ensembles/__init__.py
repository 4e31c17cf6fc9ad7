"""Groups that play together: seasons, parts, seats, auditions.

Nouns to come: Ensemble, Season, Part, Seat, Audition. It may import loans, bookings and below.
"""
