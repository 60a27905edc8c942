"""What stands between the internet and a desk's chat, ready to be copied: Caddy and nginx."""

from __future__ import annotations

from urllib.parse import urlsplit

EXAMPLE = "chat.example.com"


def public_host(url: str) -> str:
    """The host of the public address; an example where there is none yet."""
    try:
        return urlsplit(url.strip() if "://" in url else f"https://{url.strip()}").netloc or EXAMPLE
    except ValueError:
        return EXAMPLE


def caddy(url: str, upstream: str) -> str:
    """A Caddyfile. Caddy gets the certificate by itself and passes WebSockets on."""
    return f"{public_host(url)} {{\n    reverse_proxy {upstream}\n}}\n"


def nginx(url: str, upstream: str) -> str:
    """A server block. Certificates are the reader's own."""
    host = public_host(url)
    return f"""map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}

server {{
    listen 443 ssl;
    server_name {host};
    ssl_certificate     /etc/letsencrypt/live/{host}/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/{host}/privkey.pem;
    client_max_body_size 11m;

    location / {{
        proxy_pass http://{upstream};
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_read_timeout 120s;
        proxy_request_buffering off;
    }}
}}
"""
