"""The operating system: folders, keyring, one instance, autostart, sound, notifications."""
