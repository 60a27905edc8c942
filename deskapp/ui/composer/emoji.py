"""A small table of emoji with the words that find them, English and Spanish."""

from __future__ import annotations

EMOJI: tuple[tuple[str, str], ...] = (
    ("😀", "smile happy sonrisa feliz"),
    ("😊", "blush smile contento sonrisa"),
    ("😄", "laugh grin risa"),
    ("😂", "joy tears risa llorar"),
    ("😉", "wink guiño"),
    ("😍", "love eyes amor encanta"),
    ("🙂", "slight smile sonrisa"),
    ("🤔", "thinking pensar duda"),
    ("😅", "sweat nervous uf"),
    ("😢", "cry sad triste"),
    ("😕", "confused confundido"),
    ("😟", "worried preocupado"),
    ("😡", "angry enfado"),
    ("😴", "sleep dormir"),
    ("🤗", "hug abrazo"),
    ("🙏", "please thanks gracias favor"),
    ("👍", "thumbs up yes ok bien vale"),
    ("👎", "thumbs down no mal"),
    ("👏", "clap aplauso bravo"),
    ("🙌", "hands celebrate hurra"),
    ("👋", "wave hello bye hola adiós"),
    ("👌", "ok perfect perfecto"),
    ("🤝", "handshake deal trato acuerdo"),
    ("💪", "strong fuerza"),
    ("👀", "eyes look ojos mirar"),
    ("❤️", "heart love corazón amor"),
    ("💛", "yellow heart corazón amarillo"),
    ("💙", "blue heart corazón azul"),
    ("💔", "broken heart corazón roto"),
    ("🎉", "party tada fiesta celebrar"),
    ("🎁", "gift present regalo"),
    ("🎂", "cake birthday tarta cumpleaños"),
    ("⭐", "star estrella"),
    ("✨", "sparkles brillo"),
    ("🔥", "fire fuego"),
    ("✅", "check done hecho listo"),
    ("☑️", "tick box casilla"),
    ("❌", "cross no error"),
    ("⚠️", "warning aviso cuidado"),
    ("❗", "exclamation importante"),
    ("❓", "question pregunta"),
    ("💡", "idea bulb bombilla"),
    ("📌", "pin chincheta"),
    ("📎", "clip adjunto"),
    ("📦", "box package parcel paquete pedido"),
    ("🚚", "truck delivery envío reparto"),
    ("✈️", "plane avión"),
    ("🏠", "home casa"),
    ("🏪", "shop store tienda"),
    ("🛒", "cart carrito compra"),
    ("💳", "card tarjeta pago"),
    ("💶", "euro money dinero"),
    ("🧾", "receipt invoice recibo factura"),
    ("📄", "document file documento"),
    ("📅", "calendar date fecha calendario"),
    ("⏰", "alarm clock hora"),
    ("⏳", "waiting hourglass espera"),
    ("📞", "phone teléfono llamada"),
    ("📧", "mail email correo"),
    ("💬", "chat mensaje"),
    ("🔒", "lock candado seguro"),
    ("🔑", "key llave clave"),
    ("🔧", "wrench fix arreglar"),
    ("🔗", "link enlace"),
    ("🔍", "search buscar"),
    ("📷", "camera photo foto"),
    ("🖨️", "printer impresora"),
    ("💻", "computer ordenador"),
    ("☕", "coffee café taza"),
    ("🌞", "sun sol"),
    ("🌧️", "rain lluvia"),
    ("🌱", "plant planta"),
    ("🚀", "rocket fast cohete rápido"),
    ("👉", "point right aquí"),
    ("👇", "point down abajo"),
)


def find_emoji(query: str, most: int = 8) -> list[tuple[str, str]]:
    """(emoji, first word) for what was typed after the colon: words that begin so, then that hold it."""
    wanted = query.casefold()
    begins = [(e, w) for e, w in EMOJI if any(x.startswith(wanted) for x in w.split())]
    holds = [(e, w) for e, w in EMOJI if wanted in w and (e, w) not in begins]
    return [(e, _matching(w, wanted)) for e, w in (*begins, *holds)][:most]


def _matching(words: str, wanted: str) -> str:
    every = words.split()
    return next((w for w in every if w.startswith(wanted)), every[0])
