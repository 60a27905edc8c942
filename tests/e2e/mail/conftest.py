"""Real servers for every test in this folder."""

from tests.support.mail_servers import mail_server_processes, mail_servers

__all__ = ["mail_server_processes", "mail_servers"]
