"""The plainest valid object of every model. What a test needs different, it says."""
