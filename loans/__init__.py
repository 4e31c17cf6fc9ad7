"""Instruments the service owns: the catalogue, who has which one, repairs, assisted purchase.

Nouns to come: Kind, Asset, Custody, AssistedPurchase. It may import bookings and below.
"""
