"""How the outside world speaks to a desk."""
