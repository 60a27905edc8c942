"""The e-mail channel: mail in by IMAP, mail out by SMTP, and everything between bytes and data."""
