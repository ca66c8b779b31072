"""What breaks things on purpose, exactly where a test says, and what finds out whether any harm came of it."""
