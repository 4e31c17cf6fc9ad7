"""The site itself: settings, addresses, the worker, home pages and the servers of a demonstration.

It wires the apps together and nobody imports it.
"""
