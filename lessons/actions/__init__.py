"""Everything that changes what schools order and what comes of it: one action, one transaction."""
