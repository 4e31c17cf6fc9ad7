"""Is what a letter says still true as it leaves? Each is asked about once more (core.mail)."""
