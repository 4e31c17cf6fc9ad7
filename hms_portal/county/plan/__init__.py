"""Imagines the county: names, families, timetables. Draws and values only, never the database."""
