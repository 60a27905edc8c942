"""Made-up names, subjects and bodies of mails, by Zipf's law."""

import random
import unicodedata
from html import escape
from itertools import accumulate

from deskapp.devtools import vocabulary

SENTENCES = 20_000
PRODUCTS = 4_000


class Phrasebook:
    """A stock of sentences in two languages; everything it says hangs on `rng` alone."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._first = vocabulary.FIRST_NAMES.split()
        self._last = vocabulary.LAST_NAMES.split()
        self._kinds = vocabulary.ORGANISATIONS.split()
        self.tags = vocabulary.TAGS.split()
        syllables = vocabulary.SYLLABLES.split()
        self._products = sorted(
            {"".join(rng.choices(syllables, k=rng.choice((2, 3, 3, 4)))) for _ in range(PRODUCTS)}
        )
        self._words = {"es": _words(vocabulary.SPANISH), "en": _words(vocabulary.ENGLISH)}
        self._weights = {
            language: list(accumulate(1 / (rank + 2) for rank in range(len(words))))
            for language, words in self._words.items()
        }
        self._sentences = {
            language: [self._new_sentence(language) for _ in range(SENTENCES)]
            for language in self._words
        }

    def search_words(self, count: int) -> list[str]:
        """Words that people would look for: half of them everyday ones, the rest names and products."""
        rng = self._rng
        common = [word for words in self._words.values() for word in words if len(word) > 2]
        rare = [*self._products, *self._first, *self._last]
        return [rng.choice(common if n % 2 else rare).lower() for n in range(count)]

    def person(self) -> str:
        return f"{self._rng.choice(self._first)} {self._rng.choice(self._last)} {self._rng.choice(self._last)}"

    def organisation(self) -> str:
        return f"{self._rng.choice(self._kinds)} {self._rng.choice(self._products).title()}"

    def address(self, name: str, number: int) -> str:
        """A mail address of that person; `number` makes it unique."""
        plain = unicodedata.normalize("NFD", name.lower()).encode("ascii", "ignore").decode()
        first, last, *_ = plain.replace("'", "").split()
        return f"{first}.{last}{number}@{self._rng.choice(('correo', 'mail', 'post'))}.example"

    def sentence(self, language: str) -> str:
        return self._rng.choice(self._sentences[language])

    def subject(self, language: str, number: int) -> str:
        word = self._rng.choice(self._products)
        if language == "es":
            return f"Pedido {number + 20_000}: {word} {self._rng.choice(self._words['es'][40:400])}"
        return f"Order {number + 20_000}: {word} {self._rng.choice(self._words['en'][40:300])}"

    def body(self, language: str, author: str) -> str:
        """Four to eight sentences with a greeting, something of one's own, and a name."""
        rng = self._rng
        said = [self.sentence(language) for _ in range(rng.randint(2, 5))]
        greeting, closing = ("Hola", "Un saludo") if language == "es" else ("Hello", "Kind regards")
        own = f"{rng.choice(self._products)} {rng.randrange(100_000, 999_999)}."
        return f"{greeting},\n\n{' '.join(said)}\n{own}\n\n{closing},\n{author}"

    def html(self, body: str, quoted: str) -> str:
        """The same as sanitised HTML, about as wordy as mail programs write it. `quoted` begins with `> `."""
        style = "margin:0 0 12px;font-family:Arial,sans-serif;font-size:14px;color:#222222"
        cells = "".join(f'<tr><td style="padding:4px 8px"><p style="{style}">{escape(part)}</p></td></tr>'
                        for part in body.split("\n") if part)  # fmt: skip
        quote = f"<blockquote>{escape(quoted[2:])}</blockquote>" if quoted else ""
        table = f'<table width="100%" cellpadding="0">{cells}</table>'
        return f'<div style="max-width:600px">{table}</div>{quote}'

    def _new_sentence(self, language: str) -> str:
        rng = self._rng
        words = rng.choices(
            self._words[language], cum_weights=self._weights[language], k=rng.randint(6, 14)
        )
        if rng.random() < 0.3:
            words.insert(rng.randrange(len(words)), rng.choice(self._products))
        return f"{words[0].capitalize()} {' '.join(words[1:])}."


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]
