"""Speed and scale, with fixed seeds; see README.md."""
