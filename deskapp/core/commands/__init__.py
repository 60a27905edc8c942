"""Every write of the desk, one module per noun. Importing this package registers all of them."""

from deskapp.core.commands.registry import COMMANDS, decode_command, encode_command

__all__ = ["COMMANDS", "decode_command", "encode_command"]
