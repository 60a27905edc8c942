"""The composer: nothing typed is lost, nothing leaves that should not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deskapp.core.api import Rejection
from deskapp.core.commands.canned import SaveCannedReply
from deskapp.core.commands.messages import AddNote, CancelSend, RecordInbound, SaveDraft, SendReply
from deskapp.models.dto import Address, DraftInfo
from deskapp.models.enums import Channel, MessageKind, TicketStatus
from deskapp.ui.composer.canned_dialog import CannedDialog
from deskapp.ui.composer.composer import Composer
from deskapp.ui.shell.actions import Action
from deskapp.ui.widgets import Button
from tests.support.talk import NOW, Talk, TalkDesk, attachment, canned, message, open_talk, row

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def talk(qtbot: QtBot, qapp: QApplication) -> Iterator[Talk]:
    desk = TalkDesk(
        [
            row(1, "Carmen Villalobos", contact_id="c1", account_id="acc1"),
            row(2, "Jorge Olmedo", account_id="acc1"),
            row(3, "Paula Lagos", channel=Channel.PHONE, account_id=""),
        ]
    )
    for ticket in desk.rows.values():
        desk.items[ticket.id] = [replace(message(1, "Hola"), ticket_id=ticket.id)]
    with open_talk(qapp, desk) as talk:
        yield talk


def show(qtbot: QtBot, talk: Talk, key: int = 1) -> Composer:
    talk.pane.show_ticket(talk.desk.rows[key])
    qtbot.waitUntil(lambda: talk.pane.detail is not None)
    qtbot.waitUntil(lambda: bool(talk.pane.composer.accounts))
    qtbot.waitUntil(lambda: talk.pane.composer.agent is not None)
    return talk.pane.composer


def type_(composer: Composer, text: str) -> None:
    composer.editor.setFocus()
    QTest.keyClicks(composer.editor, text)


def findings(composer: Composer) -> list[str]:
    return [finding.code for finding in composer.box.bar.findings]


# -- drafts ---------------------------------------------------------------------------------------


def test_what_is_typed_is_saved_within_a_second_and_while_typing_goes_on(
    qtbot: QtBot, talk: Talk
) -> None:
    composer = show(qtbot, talk)
    assert composer.keeper._timer.interval() <= 400
    type_(composer, "Hola")
    started = composer.keeper._timer.remainingTime()
    type_(composer, " Carmen")
    assert composer.keeper._timer.remainingTime() <= started, "typing on puts the save off"
    qtbot.waitUntil(lambda: bool(talk.sent(SaveDraft)))
    saved = talk.sent(SaveDraft)[-1]
    assert saved.body == "Hola Carmen"
    assert saved.mode == "reply"
    assert [person.address for person in saved.to] == ["carmen@correo.test"]


def test_another_ticket_takes_nothing_along_and_loses_nothing(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    type_(composer, "For Carmen")
    show(qtbot, talk, 2)
    assert composer.editor.text() == ""
    assert talk.sent(SaveDraft)[-1].body == "For Carmen"
    type_(composer, "For Jorge")
    show(qtbot, talk, 1)
    assert composer.editor.text() == "For Carmen"
    show(qtbot, talk, 2)
    assert composer.editor.text() == "For Jorge"


def test_the_desks_draft_comes_back_with_everything(qtbot: QtBot, talk: Talk) -> None:
    where = talk.desk.rows[1].id
    file = attachment("plan.pdf")
    talk.desk.drafts[where] = DraftInfo(
        where, "note", "half a thought", "", (), (), (), (file,), "acc2", "", 1, NOW
    )
    composer = show(qtbot, talk)
    assert composer.editor.text() == "half a thought"
    assert composer.snapshot().mode == "note"
    assert [item.filename for item in composer.files.items()] == ["plan.pdf"]
    assert not talk.sent(SaveDraft), "what was only read need not be saved"


def test_words_typed_before_the_draft_arrives_stay_under_it(qtbot: QtBot, talk: Talk) -> None:
    where = talk.desk.rows[1].id
    talk.desk.drafts[where] = DraftInfo(
        where, "reply", "from yesterday", "", (), (), (), (), "", "", 1, NOW
    )
    talk.pane.show_ticket(talk.desk.rows[1])
    type_(talk.pane.composer, "from now")
    editor = talk.pane.composer.editor
    qtbot.waitUntil(lambda: editor.text() == "from yesterday\n\nfrom now")


def test_words_typed_before_it_is_known_whom_they_answer_go_to_the_customer(
    qtbot: QtBot, talk: Talk
) -> None:
    talk.pane.show_ticket(talk.desk.rows[1])
    composer = talk.pane.composer
    assert talk.pane.detail is None
    type_(composer, "from now")
    qtbot.waitUntil(lambda: talk.pane.detail is not None)
    assert composer.editor.text() == "from now"
    assert [person.address for person in composer.recipients.people("to")] == ["carmen@correo.test"]


def test_leaving_the_field_saves_at_once(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    type_(composer, "x")
    talk.pane.view.setFocus()
    assert talk.sent(SaveDraft)[-1].body == "x"


def test_an_emptied_draft_is_removed(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    type_(composer, "x")
    composer.flush()
    composer.editor.set_text("")
    composer.flush()
    assert [draft.body for draft in talk.sent(SaveDraft)] == ["x", ""]


# -- sending --------------------------------------------------------------------------------------


def test_a_reply_leaves_with_all_it_needs(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    type_(composer, "Hoy mismo.")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, CTRL)
    [sent] = talk.sent(SendReply)
    assert sent.body == "Hoy mismo."
    assert sent.to == (Address("Carmen Villalobos", "carmen@correo.test"),)
    assert sent.hold_ms == 10_000
    assert sent.seen_order == 1
    assert sent.account_id in ("", "acc1")
    assert composer.editor.text() == ""
    qtbot.waitUntil(lambda: bool(talk.shell.said))
    assert talk.shell.said == ["It leaves in 10 s"]
    composer.flush()
    assert not [
        d for d in talk.sent(SaveDraft) if talk.desk.sent.index(d) > talk.desk.sent.index(sent)
    ]
    show(qtbot, talk, 2)
    assert show(qtbot, talk, 1).editor.text() == ""


def test_undo_brings_the_words_back(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    type_(composer, "Hoy mismo.")
    composer.sending.send()
    qtbot.waitUntil(lambda: bool(talk.shell.undos))
    undo = talk.shell.undos[0]
    assert undo is not None
    undo()
    qtbot.waitUntil(lambda: composer.editor.text() == "Hoy mismo.")
    assert talk.sent(CancelSend)


def test_undo_from_another_ticket_keeps_the_words_for_later(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    type_(composer, "Hoy mismo.")
    composer.sending.send()
    qtbot.waitUntil(lambda: bool(talk.shell.undos))
    show(qtbot, talk, 2)
    undo = talk.shell.undos[0]
    assert undo is not None
    undo()
    qtbot.waitUntil(lambda: talk.desk.rows[1].id in talk.desk.drafts)
    assert composer.editor.text() == ""
    show(qtbot, talk, 1)
    qtbot.waitUntil(lambda: composer.editor.text() == "Hoy mismo.")


def test_a_refused_reply_comes_back_with_the_reason(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    type_(composer, "Hoy mismo.")
    talk.desk.refuse = Rejection("ticket_deleted")
    composer.sending.send()
    qtbot.waitUntil(lambda: composer.editor.text() == "Hoy mismo.")
    assert talk.shell.said == ["This ticket is in the trash. Restore it first."]
    assert talk.sent(SaveDraft)[-1].body == "Hoy mismo."


def test_a_reply_refused_after_moving_on_becomes_a_draft_there(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    type_(composer, "Hoy mismo.")
    talk.desk.refuse = Rejection("ticket_deleted")
    composer.sending.send()
    talk.pane.show_ticket(talk.desk.rows[2])
    qtbot.waitUntil(lambda: bool(talk.shell.said))
    assert composer.editor.text() == ""
    assert talk.sent(SaveDraft)[-1].ticket_id == talk.desk.rows[1].id
    talk.desk.refuse = None
    assert show(qtbot, talk, 1).editor.text() == "Hoy mismo."


@pytest.mark.parametrize("status", [TicketStatus.WAITING, TicketStatus.SOLVED])
def test_send_and_set_a_status(qtbot: QtBot, talk: Talk, status: TicketStatus) -> None:
    composer = show(qtbot, talk)
    type_(composer, "Done.")
    QTest.mouseClick(composer.box.send_and, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    wanted = {TicketStatus.WAITING: 0, TicketStatus.SOLVED: 1}[status]
    menu.actions()[wanted].trigger()
    menu.close()
    assert talk.sent(SendReply)[0].set_status is status


def test_the_hold_is_the_desks_setting(qtbot: QtBot, talk: Talk) -> None:
    talk.desk.settings["compose.undo_seconds"] = 0
    composer = show(qtbot, talk)
    composer._ask_desk()
    qtbot.waitUntil(lambda: composer.hold_ms() == 0)
    type_(composer, "Now")
    composer.sending.send()
    assert talk.sent(SendReply)[0].hold_ms == 0


# -- notes -----------------------------------------------------------------------------------------


def test_a_note_looks_like_none_other_and_never_leaves(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    talk.pane.note()
    image = composer.box.grab().toImage()
    assert image.pixelColor(image.width() // 2, 12) == QColor("#FFF8E1")
    assert composer.box.send.text() == "Add note"
    assert composer.recipients.isHidden()
    type_(composer, "{{ contact.phone }} I have attached nothing")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, CTRL)
    assert talk.sent(AddNote)[0].body.startswith("{{ contact.phone }}")
    assert not talk.sent(SendReply)
    assert composer.snapshot().mode == "reply"


def test_changing_the_tab_keeps_the_words(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    type_(composer, "words")
    QTest.mouseClick(composer.box.tabs.note, Qt.MouseButton.LeftButton)
    assert composer.editor.text() == "words"
    QTest.mouseClick(composer.box.tabs.reply, Qt.MouseButton.LeftButton)
    assert composer.editor.text() == "words"
    assert composer.snapshot().to


# -- preflight ---------------------------------------------------------------------------------------


def test_an_unfilled_placeholder_stops_it(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    composer.editor.insert("Hi {{ contact.field.shoe }}!")
    assert not composer.sending.send()
    assert not composer.sending.send(anyway=True)
    assert findings(composer) == ["unfilled_placeholder"]
    assert not talk.sent(SendReply)
    button = composer.box.bar.findChildren(Button)[0]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    type_(composer, "42")
    assert composer.editor.text() == "Hi 42!"
    assert findings(composer) == []
    assert composer.sending.send()


def test_a_promised_attachment_is_asked_for_once(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    composer.editor.insert("Te adjunto la etiqueta.")
    assert not composer.sending.send()
    assert findings(composer) == ["attachment_missing"]
    [anyway] = composer.box.bar.findChildren(Button)
    assert anyway.text() == "Send anyway"
    QTest.mouseClick(anyway, Qt.MouseButton.LeftButton)
    assert talk.sent(SendReply)[0].body == "Te adjunto la etiqueta."


def test_empty_things_and_bad_addresses_stop_it(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    assert not composer.sending.send()
    assert findings(composer) == ["empty_body"]
    type_(composer, "x")
    composer.recipients.fields["to"].setText("nobody")
    assert not composer.sending.send()
    assert findings(composer)[0] == "address_invalid"
    composer.recipients.fields["to"].setText("")
    assert not composer.sending.send()
    assert findings(composer) == ["no_recipient"]


def test_an_empty_subject_is_pointed_out(qtbot: QtBot, talk: Talk) -> None:
    talk.desk.rows[1] = replace(talk.desk.rows[1], subject="")
    composer = show(qtbot, talk)
    type_(composer, "x")
    assert not composer.sending.send()
    assert findings(composer) == ["empty_subject"]


# -- whom ------------------------------------------------------------------------------------------


def test_reply_all_forward_and_other_accounts(qtbot: QtBot, talk: Talk) -> None:
    where = talk.desk.rows[1].id
    pepe = Address("Pepe", "pepe@x.test")
    talk.desk.details[where] = {"reply_all_cc": (pepe, Address("", "hola@taller.test"))}
    composer = show(qtbot, talk)
    assert composer.recipients.everybody.text() == "Add the others (1)"
    assert composer.snapshot().cc == ()
    composer.start("reply_all")
    assert composer.snapshot().cc == (pepe,)
    composer.start("forward")
    assert composer.snapshot().to == ()
    assert composer.recipients.is_open()
    composer.recipients.fields["to"].setText('"Gómez, Ana" <ana@x.test>; bo@x.test')
    composer.box.tabs.account_wanted.emit("acc2")
    composer.sending.send()
    [sent] = talk.sent(SendReply)
    assert sent.forward
    assert [person.address for person in sent.to] == ["ana@x.test", "bo@x.test"]
    assert sent.account_id == "acc2"
    assert sent.subject == "Fwd: Subject 1"


def test_the_signature_is_shown(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    assert composer.box.signature.text() == "-- Lucía · Taller Norte"
    composer.box.tabs.account_wanted.emit("acc2")
    assert composer.box.signature.isHidden()


# -- on the phone ------------------------------------------------------------------------------------


def test_calls_are_written_down_not_sent(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk, 3)
    assert composer.recipients.isHidden()
    assert composer.box.send.text() == "Write down"
    type_(composer, "We told her to wait")
    composer.sending.send()
    [sent] = talk.sent(SendReply)
    assert (sent.to, sent.hold_ms, sent.account_id) == ((), 0, "")
    QTest.mouseClick(composer.box.tabs.heard, Qt.MouseButton.LeftButton)
    type_(composer, "Where is my parcel?")
    composer.sending.send()
    assert talk.sent(RecordInbound)[0].body == "Where is my parcel?"


# -- canned replies and emoji --------------------------------------------------------------------------


@pytest.fixture
def replies(talk: Talk) -> Talk:
    talk.desk.replies = (
        canned(
            "reenvio",
            "Hola {{ contact.first_name }}, hoy reenviamos #{{ ticket.number }}.",
            language="es",
            uses=9,
            attachments=(attachment("label.pdf"),),
        ),
        canned("refund", "Dear {{ contact.name }}, refunded.", language="en", uses=50),
        canned("vip", "{% if contact.field.size == 'XL' %}Big{% endif %}{{ contact.field.shoe }}"),
        canned("horario", "Abrimos de 9 a 14.", title="Opening hours"),
    )
    return talk


def popup_keys(composer: Composer) -> list[str]:
    popup = composer.aids._popup
    assert popup is not None
    return [choice.key for choice in popup.list.choices()]


def open_popup(qtbot: QtBot, composer: Composer, text: str) -> None:
    type_(composer, text)
    qtbot.waitUntil(lambda: composer.editor.popup_open)


def test_two_canned_replies_are_combined_at_the_cursor(qtbot: QtBot, replies: Talk) -> None:
    composer = show(qtbot, replies)
    qtbot.waitUntil(lambda: composer.aids._contact is not None)
    open_popup(qtbot, composer, "/re")
    assert popup_keys(composer)[:2] == ["canned-reenvio", "canned-refund"]
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.editor.text() == "Hola Carmen, hoy reenviamos #1001."
    open_popup(qtbot, composer, " /hours")
    QTest.keyClick(composer.editor, Qt.Key.Key_Tab)
    assert composer.editor.text() == "Hola Carmen, hoy reenviamos #1001. Abrimos de 9 a 14."
    assert [item.filename for item in composer.files.items()] == ["label.pdf"]
    composer.sending.send()
    assert replies.sent(SendReply)[0].canned_ids == ("canned-reenvio", "canned-horario")


def test_a_template_with_conditions_is_filled_in_by_a_worker(qtbot: QtBot, replies: Talk) -> None:
    composer = show(qtbot, replies)
    qtbot.waitUntil(lambda: composer.aids._contact is not None)
    open_popup(qtbot, composer, "/vip")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    wanted = "Big{{ contact.field.shoe }}"
    qtbot.waitUntil(lambda: composer.editor.text() == wanted, timeout=10_000)
    assert not composer.sending.send()
    assert findings(composer) == ["unfilled_placeholder"]


def test_a_customers_name_is_never_evaluated(qtbot: QtBot, replies: Talk) -> None:
    info = replace(replies.desk.contact.info, name="{{ agent.name }}{% if 1 %}x{% endif %} Z")
    replies.desk.contact = replace(replies.desk.contact, info=info)
    composer = show(qtbot, replies)
    qtbot.waitUntil(lambda: composer.aids._contact is not None)
    open_popup(qtbot, composer, "/refund")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.editor.text() == "Dear {{ agent.name }}{% if 1 %}x{% endif %} Z, refunded."


def test_the_popup_is_walked_and_left_by_key(qtbot: QtBot, replies: Talk) -> None:
    composer = show(qtbot, replies)
    open_popup(qtbot, composer, "/")
    popup = composer.aids._popup
    assert popup is not None
    first = popup.list.current()
    QTest.keyClick(composer.editor, Qt.Key.Key_Down)
    assert popup.list.current() != first
    QTest.keyClick(composer.editor, Qt.Key.Key_Escape)
    assert popup.isHidden()
    type_(composer, "re")
    assert popup.isHidden(), "what was waved away does not come back while the word goes on"
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.editor.text() == "/re\n"


@pytest.mark.parametrize("text", ["and/or", "1/2", "https://x.example/re", "10:30", "a:b", "::"])
def test_slashes_and_colons_in_words_open_nothing(qtbot: QtBot, replies: Talk, text: str) -> None:
    composer = show(qtbot, replies)
    composer.aids._replies = replies.desk.replies
    type_(composer, text)
    assert not composer.editor.popup_open


def test_emoji_by_name_in_either_language(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    composer.editor.insert("🙌 ")
    open_popup(qtbot, composer, ":grac")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.editor.text() == "🙌 🙏 "


def test_a_sent_text_is_kept_as_a_canned_reply(qtbot: QtBot, talk: Talk) -> None:
    where = talk.desk.rows[1].id
    sent = message(2, "Hola Carmen, reenviamos el pedido.", kind=MessageKind.OUTBOUND)
    talk.desk.items[where].append(replace(sent, ticket_id=where))
    composer = show(qtbot, talk)
    qtbot.waitUntil(lambda: composer.aids._contact is not None)
    qtbot.waitUntil(lambda: talk.pane.view.card(sent.id) is not None)
    talk.pane.deeds.do("canned", sent.id)
    dialog = talk.pane.window().findChild(CannedDialog)
    assert dialog is not None
    assert dialog.body.toPlainText() == "Hola {{ contact.first_name }}, reenviamos el pedido."
    dialog.shortcut.setText("/reenvio")
    talk.desk.refuse = Rejection("shortcut_taken")
    dialog._save()
    qtbot.waitUntil(lambda: "different one" in dialog.problem.text())
    talk.desk.refuse = None
    dialog._save()
    qtbot.waitUntil(lambda: "Canned reply saved" in talk.shell.said)
    assert talk.sent(SaveCannedReply)[-1].shortcut == "reenvio"


# -- files -----------------------------------------------------------------------------------------


def test_a_pasted_picture_is_stored_and_stands_in_the_text(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    data = QMimeData()
    data.setImageData(image)
    composer.editor.insertFromMimeData(data)
    qtbot.waitUntil(lambda: len(composer.files.items()) == 1)
    [item] = composer.files.items()
    assert item.inline
    assert item.mime == "image/png"
    assert f"(cid:{item.content_id})" in composer.editor.text()
    assert QImage.fromData(talk.desk.blobs.get(item.sha256)).size() == image.size()


def test_dropped_files_are_attached_and_can_be_taken_out(
    qtbot: QtBot, talk: Talk, tmp_path: Path
) -> None:
    path = tmp_path / "factura marzo.pdf"
    path.write_bytes(b"%PDF")
    composer = show(qtbot, talk)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    composer.editor.insertFromMimeData(data)
    qtbot.waitUntil(lambda: len(composer.files.items()) == 1)
    [item] = composer.files.items()
    assert (item.filename, item.mime, item.size) == ("factura marzo.pdf", "application/pdf", 4)
    composer.files._remove(item)
    assert composer.files.items() == ()


def test_sending_waits_for_a_file_that_is_still_being_stored(
    qtbot: QtBot, talk: Talk, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    composer = show(qtbot, talk)
    type_(composer, "I have attached it")
    composer.attach([path])
    assert not composer.sending.send()
    assert findings(composer) == ["storing"]
    qtbot.waitUntil(lambda: bool(talk.sent(SendReply)))
    assert [item.filename for item in talk.sent(SendReply)[0].attachments] == ["a.txt"]


def test_what_cannot_be_attached_is_told(qtbot: QtBot, talk: Talk, tmp_path: Path) -> None:
    composer = show(qtbot, talk)
    big = tmp_path / "big.bin"
    with big.open("wb") as file:
        file.truncate(30_000_000)
    composer.attach([big, tmp_path / "not there.txt"])
    qtbot.waitUntil(lambda: len(talk.shell.said) == 2)
    assert any("big.bin is too large" in words for words in talk.shell.said)
    assert any("not there.txt could not be attached" in words for words in talk.shell.said)
    assert composer.files.busy == 0


# -- keys ------------------------------------------------------------------------------------------


def test_single_letters_are_letters_while_typing(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    done: list[str] = []
    talk.actions.add(Action("x.e", lambda: "E", lambda: done.append("e"), "E"))
    talk.actions.add(Action("x.f", lambda: "F", lambda: done.append("f"), "F"))
    talk.actions.listen(talk.pane.window())
    type_(composer, "efFE")
    assert composer.editor.text() == "efFE"
    assert not done
    talk.pane.view.setFocus()
    QTest.keyClick(talk.pane.view, Qt.Key.Key_E)
    assert done == ["e"]
    QApplication.instance().removeEventFilter(talk.actions)


def test_escape_leaves_the_field_and_the_palette_knows_the_rest(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    type_(composer, "x")
    QTest.keyClick(composer.editor, Qt.Key.Key_Escape)
    assert talk.pane.view.hasFocus()
    assert talk.actions.run("composer.people")
    assert composer.recipients.fields["cc"].hasFocus()
    assert talk.actions.run("composer.send_solved")
    assert talk.sent(SendReply)[0].set_status is TicketStatus.SOLVED
    assert not talk.actions.conflicts()


def test_every_control_has_a_name(qtbot: QtBot, talk: Talk) -> None:
    composer = show(qtbot, talk)
    composer.recipients.set_open(True)
    for field in composer.recipients.fields.values():
        assert field.accessibleName()
    for button in (composer.box.clip, composer.box.smile, composer.box.zap):
        assert button.accessibleName()
        assert button.toolTip()
    talk.language.set("es")
    assert composer.editor.accessibleName()
    talk.language.set("en")
