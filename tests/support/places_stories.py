"""What happens at the shop's desk in a day, each story between three people's windows and a customer.

Each is a function of `Places`, begins where it likes and leaves nothing behind that another would trip over.
`Places.snap` takes a picture where there is a camera.
"""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from tests.support.namespaces import LOSE
from tests.support.places import CARMEN, Places, Window, letter, until

WORDS = {
    "en": {"offline": "Offline since ", "back": "While you were away: ", "again": "Send again"},
    "es": {
        "offline": "Sin conexión desde ",
        "back": "Mientras no estabas: ",
        "again": "Enviar de nuevo",
    },
}
"""What the window says of a network that is gone."""


def people(places: Places) -> tuple[Window, Window, Window]:
    return places.windows["lucia"], places.windows["ana"], places.windows["ivan"]


def ask_the_host(window: Window, keys: str) -> None:
    """Press a key for what only the host can do: without a line to it, it would be refused."""
    until(lambda: window.connection()["online"], "a line to the host")
    window.presses(keys)


def all_see(places: Places, subject: str) -> str:
    """It is in everybody's list and they open it; its id."""
    found = {window.sees(subject) for window in places.windows.values()}
    assert len(found) == 1
    ticket = found.pop()
    for window in places.windows.values():
        window.goes_to(ticket)
    return ticket


def all_read(places: Places, *texts: str) -> None:
    """Everybody's open conversation ends with these."""
    for window in places.windows.values():
        until(lambda w=window: w.said()[-len(texts) :] == list(texts), f"{texts} at {window.name}")


def parsed(raw: bytes) -> EmailMessage:
    made = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    return made


def body_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def taken(places: Places) -> None:
    """A mail rings at all three. One takes it, the others see who, at once, and that she looks at it."""
    lucia, ana, ivan = people(places)
    places.hears_mail(letter("Falta una de las dos tazas del pedido.", "Pedido incompleto"))
    ticket = all_see(places, "Pedido incompleto")
    for window in (lucia, ana, ivan):
        until(lambda w=window: w.heard(), "it to ring")
    ask_the_host(ana, "Shift+A")
    for window in (lucia, ana, ivan):
        until(lambda w=window: w.ticket()["assignee"] == "Ana Robles", "the others to see it")
    until(lambda: "Ana" in lucia.presence(), "Lucía to see Ana there")
    ana.writes("Ahora mismo lo mi")
    until(lambda: "Ana" in ivan.presence(), "Iván to see Ana type")
    places.snap("taken", ana, lucia)
    ana.clears()
    assert ana.ticket()["id"] == ticket


def answered(places: Places, folder: Path) -> None:
    """A note mentions a colleague, who answers with a file; the customer gets one mail, in its thread, and her
    answer opens the same ticket for everybody."""
    lucia, ana, ivan = people(places)
    asked = letter("¿Me mandáis la factura de octubre?", "Factura de octubre")
    places.hears_mail(asked)
    ticket = all_see(places, "Factura de octubre")
    before = len(places.mails_of(CARMEN, 0))
    lucia.notes("@Iván Peña ¿la tienes tú?")
    until(lambda: ivan.told_of()[0] == "mention", "Iván to be told that he was named")
    all_read(places, "@Iván Peña ¿la tienes tú?")
    places.snap("note", ivan, lucia)
    invoice = folder / "factura octubre.pdf"
    invoice.write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 300)
    ivan.answers("Aquí la tienes, Carmen.", str(invoice))
    all_read(places, "Aquí la tienes, Carmen.")
    (raw,) = places.mails_of(CARMEN, before + 1)[before:]
    mail = parsed(raw)
    assert mail["In-Reply-To"] == asked["Message-ID"]
    assert "Aquí la tienes" in body_of(mail)
    assert "la tienes tú" not in raw.decode("latin-1")
    (part,) = mail.iter_attachments()
    assert (part.get_filename(), part.get_payload(decode=True)) == (
        invoice.name,
        invoice.read_bytes(),
    )
    size = invoice.stat().st_size
    for window in (lucia, ana):  # brought to them when they look at it
        assert window.files() == [f"{invoice.name}: {size}"]
    lucia.presses("E")
    until(lambda: ana.ticket()["status"] == "solved", "it to be solved for Ana")
    places.hears_mail(
        letter("¡Perfecta, gracias!", "Re: Factura de octubre", In_Reply_To=mail["Message-ID"])
    )
    all_read(places, "¡Perfecta, gracias!")
    for window in (lucia, ana, ivan):
        until(lambda w=window: w.ticket()["status"] == "open", "it to be open again")
        assert window.ticket()["id"] == ticket
    places.snap("answered", lucia, ivan)


def put_in_order(places: Places) -> None:
    """Labels, snoozing, giving to a colleague, merging: done by one, seen by another."""
    lucia, ana, ivan = people(places)
    for number, subject in (
        ("48213", "¿Dónde está el 48213?"),
        ("48213, otra vez", "El 48213 no llega"),
    ):
        places.hears_mail(letter(f"Pregunto por el {number}.", subject))
        lucia.sees(subject)
    ticket = all_see(places, "¿Dónde está el 48213?")
    lucia.presses("L")
    lucia.picks("urgente")
    until(lambda: ana.ticket()["tags"] == ["urgente"], "the label at Ana's")
    ask_the_host(ana, "A")
    ana.picks("Iván")
    until(lambda: ivan.ticket()["assignee"] == "Iván Peña", "it to be Iván's")
    ivan.presses("S")
    ivan.picks("")
    until(lambda: lucia.ticket()["snoozed"], "it to sleep for Lucía")
    woken = lucia.tells("ticket.snooze", {"ticket_ids": [ticket], "until": 0})
    assert not woken["rejected"]
    until(lambda: not ivan.ticket()["snoozed"], "it to be awake for Iván")
    ana.selects("¿Dónde está el 48213?", "El 48213 no llega")
    assert ana.acts("ticket.merge")
    all_read(places, "Pregunto por el 48213, otra vez.")
    lucia.presses("Period")  # the list does not move under her hand before
    until(lambda: "El 48213 no llega" not in lucia.subjects(), "one of the two to be gone")
    ana.presses("E")
    until(lambda: lucia.ticket()["status"] == "solved", "it to be solved")


def helped(places: Places) -> None:
    """A canned reply; a search; an answer that is taken back before it leaves."""
    lucia, ana, _ivan = people(places)
    places.hears_mail(letter("¿Abrís los sábados?", "Horario de los sábados"))
    ticket = all_see(places, "Horario de los sábados")
    before = len(places.mails_of(CARMEN, 0))
    ana.writes("")
    ana.types("/gracias")
    ana.settles()
    ana.presses_there("Return")
    until(lambda: ana.written().startswith("Gracias por escribirnos, Carmen"), "the canned reply")
    ana.sends()
    all_read(places, "Gracias por escribirnos, Carmen.")
    places.mails_of(CARMEN, before + 1)
    for words in ("sabados", "escribirnos"):  # the customer's, without its accent, and Ana's
        lucia.searches(words, "Horario de los sábados")
        lucia.leaves_the_search()
    assert not lucia.tells("desk.set_setting", {"key": "compose.undo_seconds", "value": 60})[
        "rejected"
    ]
    until(lambda: ana.hold() == 60_000, "Ana to know that answers wait")
    ana.answers("Los domingos también, de nueve a dos.")
    all_read(places, "Los domingos también, de nueve a dos.")
    until(lambda: ana.can("edit.undo"), "an offer to take it back")
    ask_the_host(ana, "Z")
    until(
        lambda: ana.written() == "Los domingos también, de nueve a dos.", "it to be a draft again"
    )
    until(
        lambda: lucia.said()[-1] == "Gracias por escribirnos, Carmen.", "it to be gone at Lucía's"
    )
    ana.clears()
    assert not lucia.tells("desk.set_setting", {"key": "compose.undo_seconds", "value": 0})[
        "rejected"
    ]
    until(lambda: ana.hold() == 0, "Ana to know that they do not")
    assert len(places.mails_of(CARMEN, 0)) == before + 1
    assert ana.ticket()["id"] == ticket


def chatted(places: Places, folder: Path) -> None:
    """A chat rings at all until one of two who take it at once has it; both sides see what the other does; files,
    a thumb, its end."""
    lucia, ana, ivan = people(places)
    visitor = places.visit()
    visitor.open()
    visitor.say("Hola, ¿tenéis la jarra azul?")
    for window in (lucia, ana, ivan):
        until(lambda w=window: w.rings_on(), "it to ring on and on")
    places.snap("ringing", ana, lucia, visitor=visitor)
    (ticket,) = {window.opens_the_chat() for window in (lucia, ana, ivan)}
    for window in (ana, ivan):
        window.begins("presses", "T")
    for window in (ana, ivan):
        window.answer()
    for window in (lucia, ana, ivan):
        until(lambda w=window: [c[:2] for c in w.chats()] == [[ticket, "active"]], "it to be taken")
        until(lambda w=window: not w.rings_on(), "it to be quiet")
    owners = {window.chats()[0][2] for window in (lucia, ana, ivan)}
    assert len(owners) == 1
    owner = next(window for window in (ana, ivan) if window.me() in owners)
    visitor.wait_line(owner.agent.split()[0])
    visitor.write("Es para un rega")
    for window in (lucia, ana, ivan):
        until(lambda w=window: "Es para un rega" in w.speech(), "what is being typed")
    owner.writes("Sí, en dos tamaños.")
    visitor.wait("!root.querySelector('.typing').hidden")
    owner.presses_there("Return")
    visitor.wait_text("Sí, en dos tamaños.")
    until(lambda: owner.seen(), "the visitor to have seen it")
    visitor.page.type("lo.", enter=True)
    all_read(places, "Sí, en dos tamaños.", "Es para un regalo.")
    places.snap("chat", owner, lucia, visitor=visitor)
    card = folder / "jarra azul.txt"
    card.write_bytes(b"azul" * 5_000)
    owner.answers("Esta es.", str(card))
    visitor.wait("root.querySelector('.log').textContent.includes('jarra azul.txt')")
    all_read(places, "Esta es.")
    assert lucia.files() == [f"{card.name}: {card.stat().st_size}"]
    visitor.click(".thumb:nth-child(1)")
    for window in (lucia, ana, ivan):
        until(lambda w=window: w.rated(), "the thumb")
    assert owner.acts("conversation.end_chat")
    visitor.wait("root.querySelector('.over .primary')?.getClientRects().length")
    until(lambda: not lucia.can("conversation.end_chat"), "its end at Lucía's")
    visitor.close()


def left_and_answered_by_mail(places: Places) -> None:
    """A visitor who gave an address leaves; the answer goes by mail, in the same ticket."""
    lucia, ana, _ivan = people(places)
    before = len(places.mails_of("luis@cliente.test", 0))
    places.asks_for_an_address("required")
    visitor = places.visit()
    visitor.open()
    visitor.fill("#email", "luis@cliente.test")
    visitor.fill("#message", "¿Hacéis envíos a Tenerife?")
    visitor.click("form .primary")
    visitor.wait_text("¿Hacéis envíos a Tenerife?")
    ana.opens_the_chat()
    ask_the_host(ana, "T")
    until(lambda: ana.can("conversation.accept_identity"), "who it may be")
    assert ana.acts("conversation.accept_identity")
    until(lambda: not ana.can("conversation.accept_identity"), "it to be accepted")
    visitor.close()
    until(lambda: ana.can("conversation.chat_by_mail"), "a way to answer by mail")
    assert ana.acts("conversation.chat_by_mail")
    ana.answers_by_mail("Sí, en tres o cuatro días.")
    (raw,) = places.mails_of("luis@cliente.test", before + 1)[before:]
    assert "Sí, en tres o cuatro días." in body_of(parsed(raw))
    lucia.goes_to(ana.ticket()["id"])
    until(lambda: lucia.said()[-1] == "Sí, en tres o cuatro días.", "it at Lucía's")
    places.asks_for_an_address("no")


def cut_off(places: Places) -> None:
    """One is cut off and works on. What he did arrives once when he is back; what a newer message overtook comes
    back to him as a choice, and he is told what he missed."""
    lucia, ana, ivan = people(places)
    asked = letter("¿Cuándo sale mi pedido?", "¿Cuándo sale?")
    places.hears_mail(asked)
    places.hears_mail(letter("La taza llegó rota.", "Taza rota"))
    ticket, other = (ivan.sees(subject) for subject in ("¿Cuándo sale?", "Taza rota"))
    for window in (lucia, ana):
        window.goes_to(other)
    ivan.goes_to(ticket)
    ask_the_host(ivan, "Shift+A")
    until(lambda: ivan.ticket()["assignee"] == "Iván Peña", "it to be his")
    before = len(places.mails_of(CARMEN, 0))
    words = WORDS[places.language]

    ivan.computer.lose(places.desk, verdict=LOSE)
    until(lambda: ivan.line().startswith(words["offline"]), "his window to say so")
    ivan.answers("Sale mañana a primera hora.")
    ivan.goes_to(other)
    ivan.notes("He pedido otra al taller.")
    ivan.presses("L")
    ivan.picks("rotura")
    until(lambda: ivan.ticket()["tags"] == ["rotura"], "the label here")
    until(lambda: ivan.connection()["unsent"] >= 3, "all three to wait")
    places.snap("offline", ivan)
    assert not ivan.connection()["online"]
    places.hears_mail(
        letter("Ya no hace falta, gracias.", "Re: ¿Cuándo sale?", In_Reply_To=asked["Message-ID"])
    )
    places.hears_mail(letter("¿Y en rojo?", "Jarra en rojo"))
    lucia.sees("Jarra en rojo")
    lucia.goes_to(ticket)
    until(lambda: lucia.said()[-1] == "Ya no hace falta, gracias.", "the customer's second mail")
    ivan.clears_toasts()
    ivan.is_later(20)

    ivan.computer.heal()
    ivan.tries_now()
    until(lambda: any(text.startswith(words["back"]) for text in ivan.toasts()), "what he missed")
    places.snap("back", ivan)
    until(lambda: ivan.connection()["unsent"] == 0, "everything to have arrived")
    for window in (lucia, ana):
        window.goes_to(other)
        until(
            lambda w=window: w.said() == ["La taza llegó rota.", "He pedido otra al taller."],
            "his note",
        )
        until(lambda w=window: w.ticket()["tags"] == ["rotura"], "his label")
    ivan.goes_to(ticket)
    until(ivan.guard, "his answer to have come back")
    assert ivan.written() == "Sale mañana a primera hora."
    assert len(places.mails_of(CARMEN, 0)) == before
    places.snap("conflict", ivan, lucia)
    ivan.clicks(words["again"])
    (raw,) = places.mails_of(CARMEN, before + 1)[before:]
    assert "Sale mañana" in body_of(parsed(raw))
    lucia.goes_to(ticket)
    until(lambda: lucia.said()[-1] == "Sale mañana a primera hora.", "it at Lucía's")
    assert lucia.said().count("Sale mañana a primera hora.") == 1
    until(lambda: ivan.connection() == {"online": True, "unsent": 0, "refused": 0}, "nothing left")


def switched_off(places: Places) -> None:
    """A machine that is cut off loses its current, too: it begins with all that it had, and what was written there
    arrives once."""
    lucia, ana, _ivan = people(places)
    places.hears_mail(letter("¿Se puede lavar en el lavavajillas?", "Lavavajillas"))
    ticket = ana.sees("Lavavajillas")
    ana.goes_to(ticket)
    ana.computer.lose(places.desk, "in")
    ana.notes("Sí, todas menos la serie dorada.")
    until(lambda: not ana.connection()["online"], "her window to notice")
    said = ["¿Se puede lavar en el lavavajillas?", "Sí, todas menos la serie dorada."]
    ana.kill()
    ana.opens()
    ana.goes_to(ticket)
    until(lambda: ana.said() == said, "all of it to be there, without a network")
    assert not ana.connection()["online"]
    ana.computer.heal()
    lucia.sees("Lavavajillas")
    lucia.goes_to(ticket)
    until(lambda: lucia.said() == said, "her note at Lucía's")
    until(lambda: ana.connection() == {"online": True, "unsent": 0, "refused": 0}, "nothing left")
    assert ana.said() == said
