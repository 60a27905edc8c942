"""The demo desk: a small shop, its customers, and three weeks of what they wrote."""
