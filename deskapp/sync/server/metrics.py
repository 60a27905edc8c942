"""Counts of a server's life, as text in the form that monitors read."""

from collections import Counter


class Metrics:
    """Counted on the server's thread, but for `commands`, which need not be exact."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self.commands = 0

    def answered(self, method: str, path: str, status: int) -> None:
        """`path` is a route, never what was asked for."""
        self._requests[(method, path, status)] += 1

    def text(self, *, lines: int, seq: int) -> str:
        told = [
            "# TYPE deskapp_requests_total counter",
            *(
                f'deskapp_requests_total{{method="{method}",path="{path}",status="{status}"}} {count}'
                for (method, path, status), count in sorted(self._requests.items())
            ),
            "# TYPE deskapp_commands_total counter",
            f"deskapp_commands_total {self.commands}",
            "# TYPE deskapp_live_lines gauge",
            f"deskapp_live_lines {lines}",
            "# TYPE deskapp_commits gauge",
            f"deskapp_commits {seq}",
        ]
        return "\n".join(told) + "\n"
