"""What goes over a visitor's socket: JSON objects, told apart by their `t`. Unknown fields are ignored."""

from typing import Annotated, Final

import msgspec

Hex32 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Token = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Order = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]
"""A position in the conversation, in µs: it fits into a JavaScript number."""


class _In(msgspec.Struct, tag_field="t", gc=False):
    pass


class PageSeen(msgspec.Struct, frozen=True, gc=False):
    url: str = ""
    title: str = ""
    referrer: str = ""


class Hello(_In, tag="hello", kw_only=True):
    """The first frame. Its `repr` does not show the token and the claim."""

    v: int
    box: Hex32
    token: Token
    language: str = ""
    page: PageSeen = PageSeen()
    since: Order = 0
    identity: str = ""

    def __repr__(self) -> str:
        return f"Hello(box={self.box!r})"


class Say(_In, tag="say", kw_only=True):
    id: Hex32
    text: str = ""
    files: Annotated[tuple[Hex32, ...], msgspec.Meta(max_length=10)] = ()
    leave: bool = False
    name: str = ""
    email: str = ""
    answers: Annotated[tuple[tuple[str, str], ...], msgspec.Meta(max_length=6)] = ()


class Typing(_In, tag="typing"):
    text: str = ""


class Seen(_In, tag="seen"):
    order: Order


class Got(_In, tag="got"):
    """The page has everything up to `order`."""

    order: Order


class Page(_In, tag="page"):
    url: str = ""
    title: str = ""


class Rate(_In, tag="rate"):
    good: bool
    comment: str = ""


class End(_In, tag="end"):
    pass


class AskTranscript(_In, tag="transcript"):
    email: str


class Ping(_In, tag="ping"):
    pass


Incoming = Hello | Say | Typing | Seen | Got | Page | Rate | End | AskTranscript | Ping
_decoder: Final[msgspec.json.Decoder[Incoming]] = msgspec.json.Decoder(Incoming)


def decode(text: str) -> Incoming:
    """Raises ValueError for what is no frame; its message holds none of the text."""
    try:
        return _decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise ValueError("no frame") from None


# Desk → page ----------------------------------------------------------------------------------------------------


class BoxFace(msgspec.Struct):
    """What a box looks like and asks."""

    name: str
    language: str
    colour: str
    greeting: str
    ask_name: str
    ask_email: str
    questions: tuple[dict[str, object], ...]
    preview: bool
    files: bool
    transcript: bool
    position: str
    theme: str


class File(msgspec.Struct):
    id: str
    name: str
    mime: str
    size: int


class Message(msgspec.Struct):
    id: str
    client: str
    kind: str  # in, out
    author: str
    text: str
    at: int
    order: int
    files: tuple[File, ...]


class _Out(msgspec.Struct, tag_field="t"):
    pass


class Status(_Out, tag="status", kw_only=True):
    state: str = "none"
    agent: str = ""
    place: int = 0
    seen: int = 0
    unanswered: bool = False
    rated: int = 0


class Known(msgspec.Struct):
    name: str = ""
    email: str = ""
    verified: bool = False


class Welcome(_Out, tag="welcome", kw_only=True):
    v: int = 1
    box: BoxFace
    online: bool
    agents: tuple[str, ...]
    messages: list[Message]
    status: Status
    known: Known


class Said(_Out, tag="said"):
    id: str
    order: int
    at: int


class NewMessage(_Out, tag="message"):
    message: Message


class AgentTyping(_Out, tag="typing"):
    agent: str
    on: bool


class Online(_Out, tag="online"):
    online: bool
    agents: tuple[str, ...]


class BoxChanged(_Out, tag="box"):
    box: BoxFace


class Pong(_Out, tag="pong"):
    pass


class Error(_Out, tag="error", omit_defaults=True):
    code: str
    id: str = ""
    retry_ms: int = 0


Outgoing = Welcome | Said | NewMessage | Status | AgentTyping | Online | BoxChanged | Pong | Error
_encoder: Final = msgspec.json.Encoder()


def encode(frame: Outgoing) -> str:
    return _encoder.encode(frame).decode()


CLOSED_BAD_FRAME: Final = 1008
CLOSED_FAILED: Final = 1011
CLOSED_REFUSED: Final = 4403
CLOSED_BOX: Final = 4410
CLOSED_TOO_MANY: Final = 4429
