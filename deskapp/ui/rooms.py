"""The rooms of the rail beside the inbox: customers and settings."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from deskapp.core.ports import Services
from deskapp.ui.settings.preferences import Preferences
from deskapp.ui.shell.context import Room, Shell, UiContext


def rooms(
    context: UiContext, shell: Shell, services: Services, preferences: Preferences
) -> tuple[Room, ...]:
    """Each is built, and what it needs imported, when it is first opened."""

    def customers() -> QWidget:
        from deskapp.ui.customer.page import CustomersPage

        return CustomersPage(context, shell)

    def settings() -> QWidget:
        from deskapp.ui.settings.page import SettingsPage

        return SettingsPage(context, shell, services, preferences)

    return (
        Room(
            "customers",
            lambda: QCoreApplication.translate("Rooms", "Customers"),
            "users",
            customers,
            10,
            "G, C",
        ),
        Room(
            "settings",
            lambda: QCoreApplication.translate("Rooms", "Settings"),
            "settings",
            settings,
            100,
            "G, S",
        ),
    )
