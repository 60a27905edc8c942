"""The small parts everything is made of."""

from deskapp.ui.widgets.avatar import Avatar, paint_avatar
from deskapp.ui.widgets.boxes import Card, EmptyState, Frame, Line, Popup, clear, hbox, vbox
from deskapp.ui.widgets.buttons import Button, IconButton, PrimaryButton
from deskapp.ui.widgets.labels import ElidedLabel, PlainLabel, plain_tip, restyle
from deskapp.ui.widgets.overlay_bar import OverlayBar
from deskapp.ui.widgets.pill import Pill, paint_pill, pill_width
from deskapp.ui.widgets.popup_list import Choice, ChoicePopup, PopupList
from deskapp.ui.widgets.search_box import SearchBox
from deskapp.ui.widgets.switch import Segmented, Switch
from deskapp.ui.widgets.toast import Toast, ToastStack

__all__ = [
    "Avatar",
    "Button",
    "Card",
    "Choice",
    "ChoicePopup",
    "ElidedLabel",
    "EmptyState",
    "Frame",
    "IconButton",
    "Line",
    "OverlayBar",
    "Pill",
    "PlainLabel",
    "Popup",
    "PopupList",
    "PrimaryButton",
    "SearchBox",
    "Segmented",
    "Switch",
    "Toast",
    "ToastStack",
    "clear",
    "hbox",
    "paint_avatar",
    "paint_pill",
    "pill_width",
    "plain_tip",
    "restyle",
    "vbox",
]
