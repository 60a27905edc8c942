"""Names, files, hosts and links that strangers chose, as they may be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskapp.core.policies.display import (
    FILENAME_LIMIT,
    NAME_LIMIT,
    display_filename,
    display_host,
    extension,
    has_hidden_characters,
    is_dangerous_file,
    link_warning,
    pretends_to_be_document,
    safe_name,
)
from tests.support.mail_corpora import naughty_strings, xss_vectors


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ana Ruíz", "Ana Ruíz"),
        ("  Ana \r\n\t Ruíz ", "Ana Ruíz"),
        ("Ana\u202eziuR", "AnaziuR"),
        ("a\u200bd\u200cm\u200di\ufeffn\u2060", "admin"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("\u3164\u2800\u115f", ""),
        ("أحمد", "أحمد"),
        ("👩\u200d👧 familia", "👩\u200d👧 familia"),
        ("👍🏽", "👍🏽"),
        ("Q" + "\u0316" * 7 + "a", "Q" + "\u0316" * 3 + "a"),
        ("A\u0301", "Á"),
        ("x" * 300, "x" * (NAME_LIMIT - 1) + "…"),
    ],
)
def test_names(text: str, shown: str) -> None:
    assert safe_name(text) == shown


@pytest.mark.parametrize(
    ("name", "shown", "ending"),
    [
        ("factura.pdf", "factura.pdf", "pdf"),
        ("../../etc/passwd", "_.._etc_passwd", ""),
        ("..\\..\\windows\\x.dll", "_.._windows_x.dll", "dll"),
        ("C:\\x\\y.txt", "C__x_y.txt", "txt"),
        ("/etc/passwd\x00.png", "_etc_passwd.png", "png"),
        ("factura\u202efdp.exe", "facturafdp.exe", "exe"),
        ("factura.pdf" + " " * 200 + ".exe", "factura.pdf .exe", "exe"),
        ("factura.pdf\u2800\u3164.exe", "factura.pdf.exe", "exe"),
        ("x.exe. . .", "x.exe", "exe"),
        ("x.ｅｘｅ", "x.ｅｘｅ", "exe"),
        ("shell.p\u200bhp", "shell.php", "php"),
        ("CON.txt", "_CON.txt", "txt"),
        ("lpt1", "_lpt1", ""),
        ("nul .pdf", "_nul .pdf", "pdf"),
        (".htaccess", "htaccess", ""),
        ("", "file", ""),
        ("...", "file", ""),
        ("\u202e\u200b", "file", ""),
        ("a<b>|c?.pdf", "a_b__c_.pdf", "pdf"),
        ("a∕b⁄c.pdf", "a_b_c.pdf", "pdf"),
    ],
)
def test_file_names(name: str, shown: str, ending: str) -> None:
    assert display_filename(name) == shown
    assert extension(name) == ending


def test_a_long_file_name_keeps_its_ending_in_sight() -> None:
    shown = display_filename("factura " * 100 + ".pdf.exe")

    assert len(shown) <= FILENAME_LIMIT
    assert shown.endswith(".pdf.exe")
    assert "…" in shown


@pytest.mark.parametrize(
    ("name", "dangerous", "pretends"),
    [
        ("factura.pdf", False, False),
        ("foto.JPG", False, False),
        ("v1.2.tar.gz", False, False),
        ("informe.docx", False, False),
        ("informe.docm", True, False),
        ("setup.exe", True, False),
        ("factura.pdf.exe", True, True),
        ("factura.pdf .ScR", True, True),
        ("factura\u202efdp.exe", True, True),
        ("foto.svg", True, False),
        ("aviso.html", True, False),
        ("x.lnk", True, False),
        ("x.desktop", True, False),
        ("x.AppImage", True, False),
        ("x.iso", True, False),
        ("x.js\u200b", True, True),
    ],
)
def test_dangerous_files(name: str, dangerous: bool, pretends: bool) -> None:
    assert is_dangerous_file(name) is dangerous
    assert pretends_to_be_document(name) is pretends


def test_hostile_strings_as_file_names() -> None:
    for text in [*naughty_strings(), *xss_vectors()]:
        shown = display_filename(text)
        assert 0 < len(shown) <= FILENAME_LIMIT
        assert not has_hidden_characters(shown)
        assert not set('/\\:*?"<>|\n') & set(shown)
        assert shown.strip(" .") == shown


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Sol.Example:8080/x", "sol.example"),
        ("https://münchen.example/", "münchen.example"),
        ("https://xn--mnchen-3ya.example/", "münchen.example"),
        ("https://аррӏе.com/", "xn--80ak6aa92e.com"),
        ("https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com"),
        ("https://pаypal.com/", "xn--pypal-4ve.com"),
        ("https://gооgle.com", "xn--ggle-55da.com"),
        ("https://пример.рф/", "пример.рф"),
        ("https://例え.テスト/", "例え.テスト"),
        ("https://ｓｏｌ.example/", "sol.example"),
        ("https://sol。example/", "sol.example"),
        ("https://bank.example@evil.example/", "evil.example"),
        ("https://evil.example\\@bank.example/", "evil.example"),
        ("https://so\u200bl.example/", "xn--sol-1g0a.example"),
        ("mailto:ana@sol.example?subject=x", "sol.example"),
        ("https://[::1]/", "::1"),
        ("nonsense", ""),
        ("https://[", ""),
    ],
)
def test_hosts(url: str, host: str) -> None:
    shown = display_host(url)

    if "\u200b" in url:
        assert shown.startswith("xn--")
    else:
        assert shown == host


@pytest.mark.parametrize(
    ("text", "href", "code"),
    [
        ("aquí", "https://sol.example/x", None),
        ("https://sol.example", "https://sol.example/track?id=1", None),
        ("www.sol.example", "https://sol.example/", None),
        ("sol.example/pedidos", "https://www.sol.example/", None),
        ("SOL.example", "https://sol.example/", None),
        ("factura.pdf", "https://sol.example/", None),
        ("ana@sol.example", "mailto:ana@sol.example", None),
        ("https://bank.example", "https://evil.example/", "other_host"),
        ("bank.example", "https://bank.example.evil.example/", "other_host"),
        ("Vaya a www.bank.example ahora", "https://evil.example/", "other_host"),
        ("ana@bank.example", "mailto:ana@evil.example", "other_host"),
        ("bank\u200b.example", "https://bank.example/", "hidden"),
        ("aquí", "https://bank.example@evil.example/", "user_info"),
        ("aquí", "http://203.0.113.9/x", "ip_address"),
        ("aquí", "http://3405803785/", "ip_address"),
        ("aquí", "http://0xcb.0.0x71.9/", "ip_address"),
        ("aquí", "http://[::ffff:203.0.113.9]/", "ip_address"),
        ("aquí", "https://pаypal.com/", "look_alike"),
        ("paypal.com", "https://pаypal.com/", "other_host"),
        ("", "https://sol.example", None),
        ("aquí", "", None),
    ],
)
def test_link_warnings(text: str, href: str, code: str | None) -> None:
    found = link_warning(text, href)

    assert (found.code if found else None) == code


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text(text: str, href: str) -> None:
    link_warning(text, href)
    link_warning(text, f"https://{href}")
    assert not has_hidden_characters(safe_name(text))
    assert not has_hidden_characters(display_filename(text))
    assert safe_name(safe_name(text)) == safe_name(text)
