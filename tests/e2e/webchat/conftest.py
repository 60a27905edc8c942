"""A desk that answers chats, a shop's site with its widget, and a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskapp.models.enums import AgentState
from tests.support.browser import Browser, open_browser
from tests.support.shop_site import Shop, open_shop
from tests.support.webchat_desk import ChatDesk, open_chat_desk


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Without a page of another test: each would go on looking for its desk."""
    yield chromium
    chromium.close_pages()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ChatDesk]:
    with open_chat_desk(tmp_path / "desk") as desk:
        desk.be(AgentState.ONLINE)
        yield desk


@pytest.fixture
def shop(desk: ChatDesk) -> Iterator[Shop]:
    """A site on which a box stands that asks nothing beforehand."""
    with open_shop() as shop:
        shop.desk = desk.url
        shop.box = desk.box("Casa Talavera", origins=(shop.url,), ask_name="no", ask_email="no")
        yield shop
