"""One stylesheet for the whole application, generated from the tokens.

Widgets say what they are by a dynamic property, never by a stylesheet of their own:
`kind` on buttons (primary, danger, ghost, link, tab), `role` on labels (page-title, title, name,
section, group, strong, muted, small, error, code), `frame` on plain frames (card, popup, bar, rail, side,
pane, note). Font sizes and colours are set here and nowhere else.
"""

from __future__ import annotations

from string import Template

from deskapp.ui.theme.tokens import BAR_HEIGHT, CONTROL_HEIGHT, ICON_TARGET, Tokens

_LABELS = """
QLabel { background: transparent; }
QLabel[role="page-title"] { font-size: 19px; font-weight: 600; }
QLabel[role="title"] { font-size: 15px; font-weight: 600; }
QLabel[role="name"] { font-size: 14px; font-weight: 600; }
QLabel[role="section"] { font-size: 12px; font-weight: 600; color: $text2; }
QLabel[role="group"] { font-size: 11px; font-weight: 600; color: $text3; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: $text2; }
QLabel[role="small"] { font-size: 12px; color: $text3; }
QLabel[role="error"] { color: $danger; }
QLabel[role="code"] { font-size: 34px; font-weight: 600; }
QLabel[role="kbd"] { font-size: 11px; color: $text3; background: $surface; border: 1px solid $border;
  border-radius: 4px; padding: 0 5px; }
"""

_BUTTONS = """
QPushButton { min-height: ${button_inner}px; border-radius: 7px; border: 1px solid $border;
  background: $surface; color: $text; padding: 0 12px; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $raised; }
QPushButton:focus { border-color: $accent; outline: none; }
QPushButton:disabled { color: $text3; background: $raised; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; padding: 0 11px;
  min-height: ${button_focus_inner}px; }
QPushButton[kind="primary"]:disabled { background: $raised; border-color: $border; color: $text3; }
QPushButton[kind="danger"] { color: $danger; border-color: $danger; }
QPushButton[kind="danger"]:hover { background: $danger_weak; }
QPushButton[kind="ghost"] { background: transparent; border-color: transparent; color: $text2; }
QPushButton[kind="ghost"]:hover { background: $hover; }
QPushButton[kind="ghost"]:focus { border-color: $accent; }
QPushButton[kind="link"] { min-height: 22px; background: transparent; border: 1px solid transparent;
  border-radius: 4px; padding: 0 3px; color: $accent; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"][tone="danger"] { color: $danger; }
QPushButton[kind="link"]:focus { border-color: $accent; }
QPushButton[kind="tab"] { min-height: 24px; background: transparent; border: 1px solid transparent;
  border-radius: 4px; padding: 0 3px; color: $text3; }
QPushButton[kind="tab"]:checked { color: $accent; }
QPushButton[kind="tab"]:focus { border-color: $accent; }
QPushButton[kind="segment"] { min-height: 26px; border: 1px solid transparent; border-radius: 6px;
  background: transparent; color: $text2; font-weight: 400; }
QPushButton[kind="segment"]:hover { background: $hover; }
QPushButton[kind="segment"]:checked { background: $accent_weak; color: $accent; font-weight: 600; }
QPushButton[kind="segment"]:focus { border-color: $accent; }
QPushButton::menu-indicator { image: none; width: 0; }
QToolButton { border: 1px solid transparent; border-radius: 6px; background: transparent;
  color: $text2; min-width: ${icon_inner}px; min-height: ${icon_inner}px; padding: 0; }
QToolButton:hover { background: $hover; }
QToolButton:checked, QToolButton:pressed { background: $accent_weak; color: $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton[rail="true"] { border-radius: 8px; min-width: 34px; min-height: 34px; }
QToolButton::menu-indicator { image: none; width: 0; }
"""

_FRAMES = """
QMainWindow, QDialog { background: $bg; }
QFrame[frame="card"] { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame[frame="popup"] { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame[frame="toast"] { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame[frame="note"] { background: $note; border: 1px solid $note_border; border-radius: 12px; }
QFrame[frame="rail"] { background: $bg; border: none; border-right: 1px solid $border; }
QFrame[frame="side"] { background: $bg; border: none; }
QFrame[frame="pane"] { background: $surface; border: none; }
QFrame[frame="bar"] { background: $surface; border: none; border-bottom: 1px solid $border;
  min-height: ${bar_inner}px; max-height: ${bar_inner}px; }
QFrame[frame="status"] { background: $bg; border: none; border-top: 1px solid $border; }
QFrame[frame="search"] { background: $raised; border: 1px solid $raised; border-radius: 7px;
  min-height: ${button_inner}px; max-height: ${button_inner}px; }
QFrame[frame="search"][focused="true"] { border-color: $accent; background: $surface; }
QFrame[frame="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QFrame[frame="segmented"] { background: $surface; border: 1px solid $border; border-radius: 7px; }
"""

_INPUTS = """
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit, QTimeEdit, QDateTimeEdit,
QPlainTextEdit, QTextEdit, QKeySequenceEdit > QLineEdit {
  background: $surface; color: $text; border: 1px solid $border; border-radius: 6px; padding: 0 8px;
  min-height: 26px; selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit, QTextEdit { padding: 6px 8px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus,
QTimeEdit:focus, QDateTimeEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled { background: $raised; color: $text3; }
QLineEdit[invalid="true"] { border-color: $danger; }
QLineEdit[bare="true"], QPlainTextEdit[bare="true"], QTextEdit[bare="true"] { border: none;
  background: transparent; padding: 0; }
QLineEdit[quiet="true"], QComboBox[quiet="true"] { background: transparent; padding: 0 4px;
  border-color: transparent; min-height: 22px; }
QComboBox[unset="true"] { color: $text3; }
QLineEdit[quiet="true"]:hover, QComboBox[quiet="true"]:hover { border-color: $border; }
QLineEdit[quiet="true"]:focus, QComboBox[quiet="true"]:focus { border-color: $accent; }
QLineEdit[quiet="true"][invalid="true"] { border-color: $danger; }
QComboBox::drop-down, QDateEdit::drop-down, QDateTimeEdit::drop-down { border: none; width: 20px; }
QComboBox::down-arrow, QDateEdit::down-arrow, QDateTimeEdit::down-arrow { image: url("$icons/drop-down.svg");
  width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border; padding: 4px;
  outline: none; selection-background-color: $accent_weak; selection-color: $accent; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; min-height: 24px; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator { width: 14px;
  height: 14px; border: 1px solid $text3; background: $surface; border-radius: 4px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: $accent;
  border-color: $accent; image: url("$icons/checked-$scheme.svg"); }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent;
  width: 12px; height: 12px; }
QRadioButton::indicator { border-radius: 8px; }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; }
QCheckBox:disabled, QRadioButton:disabled { color: $text3; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; height: 0; border: none; }
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow { image: none; width: 0; height: 0; }
QAbstractSpinBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QSlider { min-height: 24px; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -5px 0; border-radius: 7px;
  background: $surface; border: 1px solid $text3; }
QSlider::handle:horizontal:hover { border-color: $accent; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; }
QPushButton[kind="chip"] { min-height: 22px; border-radius: 12px; padding: 0 9px;
  border-color: $accent_weak; background: $accent_weak; color: $accent; font-size: 12px; }
QPushButton[kind="chip"]:hover, QPushButton[kind="chip"]:focus { border-color: $accent; }
"""

_REST = """
QMenu { background: $surface; border: 1px solid $border; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 6px 24px 6px 10px; border-radius: 5px; color: $text; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $accent_weak; color: $accent; }
QMenu::item:disabled { color: $text3; }
QMenu::separator { height: 1px; background: $border; margin: 5px 6px; }
QToolTip { background: $surface; color: $text; border: 1px solid $border; padding: 4px 7px; }
QAbstractItemView { background: $surface; border: none; outline: none;
  selection-background-color: $accent_weak; selection-color: $text; }
QAbstractItemView[side="true"] { background: transparent; }
QHeaderView::section { background: $bg; color: $text2; border: none;
  border-bottom: 1px solid $border; padding: 6px 8px; font-weight: 600; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea { border: none; background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }
QProgressBar { background: $raised; border: none; border-radius: 3px; max-height: 6px;
  min-height: 6px; text-align: center; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
"""


def stylesheet(t: Tokens, icons: str) -> str:
    """The QSS text for `t`; `icons` is the folder of the pictures it needs, with `/` only."""
    values = t.colours() | {
        "accent_hover": _mix(t.accent, t.text, 0.14),
        "scroll": _mix(t.border, t.text3, 0.35),
        "button_inner": str(CONTROL_HEIGHT - 2),
        "button_focus_inner": str(CONTROL_HEIGHT - 4),
        "icon_inner": str(ICON_TARGET - 2),
        "bar_inner": str(BAR_HEIGHT - 1),
        "icons": icons,
        "scheme": "dark" if t.dark else "light",
    }
    return Template(_LABELS + _BUTTONS + _FRAMES + _INPUTS + _REST).substitute(values)


def _mix(a: str, b: str, share: float) -> str:
    """`a` moved towards `b` by `share` (0 to 1)."""
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(x + (y - x) * share):02X}" for x, y in pairs)
