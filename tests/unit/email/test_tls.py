"""Whom a connection trusts."""

import ssl

import pytest

from deskapp.channels.email.tls import checked


def test_it_is_strict() -> None:
    context = checked()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_system_without_authorities_has_those_of_requests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nowhere = ssl.DefaultVerifyPaths(None, None, "", "/nowhere", "", "/nowhere")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nowhere)
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere")
    assert checked().cert_store_stats()["x509_ca"] > 50
