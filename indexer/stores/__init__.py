"""Where vectors are kept and found: one library, one file."""
