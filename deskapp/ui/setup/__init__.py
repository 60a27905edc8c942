"""The first start: at most three questions, or sample data, then the inbox."""
