"""A guess at the language of a mail, from its commonest words: no model, no memory, no import."""

import re
from typing import Final

_WORDS: Final = {
    "es": "el la los las de que y en un una por para con no es mi su se lo me le del al pero como "
    "hola gracias pedido está muy este esta ya cuando tengo quiero favor saludos buenos días",
    "en": "the of and to in is that it for on with you my this have not are was be i we your from "
    "hello thanks please order would can when been hi dear regards but as at has",
    "pt": "o a os as de que e em um uma por para com não é meu seu se do da no na ao mas como "
    "olá obrigado obrigada pedido está muito este já quando tenho quero favor você dos das",
    "fr": "le la les des de que et en un une pour par avec ne pas est mon votre se du au mais je "
    "vous bonjour merci commande très ce cette quand suis ai dans sur nous cordialement",
    "de": "der die das und in ist nicht ein eine für mit zu ich sie es mein von auf den dem im "
    "hallo danke bitte bestellung sehr wann habe wir aber wie noch auch grüße",
    "it": "il lo la i gli le di che e in un una per con non è mio suo si del al ma come mi "
    "ciao grazie ordine molto questo già quando ho vorrei buongiorno sono nella della saluti",
    "ca": "el la els les de que i en un una per amb no és meu es del al però com em ho "
    "hola gràcies comanda està molt aquest ja quan tinc vull aquesta som seu bon dia",
}
_SETS: Final = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_TOKEN: Final = re.compile(r"[^\W\d_]+")
_MAX_CHARS: Final = 1_500
_LEAST_HITS: Final = 3


def guess_language(text: str) -> str:
    """ISO 639-1 code of es, en, pt, fr, de, it or ca; empty when the text does not tell."""
    words = _TOKEN.findall(text[:_MAX_CHARS].lower())
    hits = sorted(
        ((sum(word in known for word in words), code) for code, known in _SETS.items()),
        reverse=True,
    )
    (most, code), (second, _) = hits[0], hits[1]
    return code if most >= _LEAST_HITS and most > second and most * 8 >= len(words) else ""
