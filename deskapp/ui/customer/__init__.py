"""Who writes: the panel beside a conversation, and the room of all customers."""

from deskapp.ui.customer.page import CustomersPage
from deskapp.ui.customer.panel import CustomerPanel

__all__ = ["CustomerPanel", "CustomersPage"]
