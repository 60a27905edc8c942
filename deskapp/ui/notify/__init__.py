"""What rings and pops up: the controller, the tray, presence, and the notification centre."""
