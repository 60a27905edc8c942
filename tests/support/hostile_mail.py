"""Mails that want something to happen when they are read: vectors everywhere, lures of many kinds."""

from base64 import b64encode
from collections.abc import Sequence

# Ways in which HTML and CSS make a reader fetch something; {0} is what is to be fetched.
LURES = (
    "<img src='{0}'>",
    "<img src={0} width=1 height=1>",
    "<IMG SRC='{0}' lowsrc='{0}' dynsrc='{0}'>",
    "<img srcset='{0} 1x, {0} 2x' src='{0}'>",
    "<picture><source srcset='{0}' media='all'><img src='{0}'></picture>",
    "<video poster='{0}' src='{0}' autoplay></video>",
    "<audio src='{0}' autoplay></audio><track src='{0}'>",
    "<body background='{0}'>x</body>",
    "<table background='{0}'><tr><td background='{0}'>x</table>",
    "<p style=\"background:url('{0}')\">x</p>",
    "<p style='background-image:url({0});list-style-image:url({0})'>x</p>",
    "<ul style='list-style:url({0})'><li>x</ul>",
    "<p style='content:url({0});cursor:url({0}),auto;border-image:url({0})'>x</p>",
    "<p style='background:\\75 rl({0})'>x</p>",
    "<style>@import '{0}'; body {{ background: url({0}) }}</style><p>x</p>",
    "<style>@font-face {{ font-family: x; src: url({0}) }} p {{ font-family: x }}</style><p>x</p>",
    "<link rel=stylesheet href='{0}'><p>x</p>",
    "<link rel=prefetch href='{0}'><link rel=dns-prefetch href='{0}'><link rel=preconnect href='{0}'>x",
    "<link rel=icon href='{0}'><link rel=manifest href='{0}'>x",
    "<meta http-equiv=refresh content='0;url={0}'>x",
    "<base href='{0}'><img src=a.png>",
    "<svg><image href='{0}' xlink:href='{0}'/><use href='{0}#a'/></svg>",
    "<svg><style>@import '{0}';</style><feImage href='{0}'/></svg>",
    "<math><mglyph src='{0}'/></math>",
    "<iframe src='{0}' srcdoc='<img src={0}>'></iframe>",
    "<object data='{0}' codebase='{0}'><param name=src value='{0}'></object>",
    "<embed src='{0}'><applet code='{0}' archive='{0}'></applet>",
    "<form action='{0}'><input type=image src='{0}'><button formaction='{0}'>x</button></form>",
    "<frameset><frame src='{0}'></frameset>",
    "<bgsound src='{0}'><layer src='{0}'></layer><ilayer src='{0}'></ilayer>",
    "<!--[if mso]><v:fill src='{0}'/><![endif]--><v:rect><v:imagedata src='{0}'/></v:rect>",
    "<a href='{0}' ping='{0}'>x</a>",
    "<blockquote cite='{0}'>x</blockquote><q cite='{0}'>x</q>",
    "<html manifest='{0}'><head profile='{0}'></head><p>x</html>",
    "<script src='{0}'></script><p>x</p>",
)


def word(text: str) -> str:
    """As an encoded word, so that any text reaches the desk through a header."""
    return f"=?utf-8?B?{b64encode(text.encode('utf-8', 'replace')).decode()}?="


def html_mail(number: int, html: str, name: str = "Ana", subject: str = "Hola") -> bytes:
    """A mail of HTML alone, from a sender of its own."""
    body = b64encode(html.encode("utf-8", "replace")).decode()
    return (
        f"From: {word(name)} <n{number}@correo.test>\r\nTo: shop@tienda.test\r\n"
        f"Subject: {word(subject)}\r\nMessage-ID: <n{number}@correo.test>\r\n"
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{body}\r\n"
    ).encode()


def vector_mail(number: int, vectors: Sequence[str]) -> bytes:
    """A mail with the vectors in its words and HTML, and one each in every other place."""
    some = [vectors[(number + at) % len(vectors)] for at in range(7)]
    plain, html = (b64encode(t.encode("utf-8", "replace")).decode() for t in _bodies(vectors))
    encoded = "charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    kind = "".join(c for c in some[4] if c.isprintable() and c.isascii() and c not in ";,")[:60]
    return (
        f"From: {word(some[0])} <v{number}@correo.test>\r\nReply-To: {word(some[1])} <r@correo.test>\r\n"
        f"To: {word(some[2])} <shop@tienda.test>\r\nCc: {word(some[6])} <c@correo.test>\r\n"
        f"Subject: {word(some[3])}\r\nMessage-ID: <v{number}@correo.test>\r\n"
        "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
        "Content-Type: multipart/alternative; boundary=a\r\n\r\n"
        f"--a\r\nContent-Type: text/plain; {encoded}{plain}\r\n"
        f"--a\r\nContent-Type: text/html; {encoded}{html}\r\n--a--\r\n"
        f"--m\r\nContent-Type: image/{kind}; name={word(some[5])}\r\n"
        f"Content-Disposition: attachment; filename={word(some[5])}\r\n\r\nx\r\n--m--\r\n"
    ).encode("utf-8", "replace")


def _bodies(vectors: Sequence[str]) -> tuple[str, str]:
    joined = "\n".join(vectors)
    return joined, f"<p>Hola</p>{joined}<p>Adiós</p>"
