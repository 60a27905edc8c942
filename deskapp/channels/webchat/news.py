"""What the window is told of visitors: gathered for a moment, so that the latest of each is told once."""

import logging
import threading
from collections.abc import Callable, Hashable

from deskapp.core.ports import LiveNews, VisitorPresence, VisitorTyping

log = logging.getLogger(__name__)


class News:
    """Subscribers are called on the server's thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: tuple[Callable[[LiveNews], None], ...] = ()
        self._waiting: dict[Hashable, LiveNews] = {}

    def subscribe(self, callback: Callable[[LiveNews], None]) -> Callable[[], None]:
        with self._lock:
            self._subscribers = (*self._subscribers, callback)

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers = tuple(s for s in self._subscribers if s is not callback)

        return unsubscribe

    def tell(self, news: LiveNews) -> None:
        """With the next `flush`, unless something newer about the same comes before."""
        about = news.ticket_id if isinstance(news, VisitorTyping | VisitorPresence) else ""
        self._waiting[type(news), about] = news

    def flush(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        for subscriber in self._subscribers:
            for news in waiting.values():
                try:
                    subscriber(news)
                except Exception:
                    log.exception("live news could not be told")
