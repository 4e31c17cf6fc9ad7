"""Termly reports, dashboards and the data return: reads everything, changes nothing else.

It may import the models and queries of every app below.
"""
