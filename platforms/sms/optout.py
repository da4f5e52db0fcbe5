"""Words by which people ask to be left alone, or to be written to again: Portuguese, English, Spanish.

Only a message that says nothing else counts: "quero sair de férias" asks for nothing. In Brazil, SAIR is what the
carriers taught people to answer; https://help.twilio.com/articles/223134027 lists what US carriers block on.
"""

import re
import unicodedata
from enum import StrEnum


class Wish(StrEnum):
    """What such a message asks for."""

    OPT_OUT = "opt_out"
    PERHAPS_OPT_OUT = "soft_opt_out"
    """An opt-out after a campaign, an answer like any other in a conversation: who knows which it was decides."""
    OPT_IN = "opt_in"
    HELP = "help"


_WORDS: dict[Wish, tuple[str, ...]] = {
    Wish.OPT_OUT: (
        # Portuguese
        "sair", "parar", "pare", "descadastrar", "descadastre", "nao perturbe", "nao me perturbe",
        "nao enviar", "nao envie mais", "sair da lista", "quero sair", "me tire da lista",
        # English
        "stop", "stopall", "stop all", "stop sms", "unsubscribe", "optout", "opt out", "revoke",
        # Spanish
        "salir", "baja", "darme de baja", "dar de baja", "quiero salir", "no molestar", "no enviar",
    ),
    Wish.PERHAPS_OPT_OUT: (
        "cancelar", "cancela", "cancele", "para", "remover", "remova", "excluir",
        "cancel", "end", "quit",
        "eliminar", "borrar",
    ),
    Wish.OPT_IN: (
        "voltar", "quero receber", "start", "unstop", "optin", "opt in", "quiero recibir",
    ),
    Wish.HELP: ("ajuda", "help", "info", "ayuda"),
}  # fmt: skip
_WISHES = {word: wish for wish, words in _WORDS.items() for word in words}
_LONGEST = 80
_NO_WORD = re.compile(r"[^a-z0-9]+")


def wish(text: str | None) -> Wish | None:
    """What a message asks for, when that is all it says."""
    if not text or len(text) > _LONGEST:
        return None
    if text.strip() == "?":
        return Wish.HELP
    return _WISHES.get(_bare(text))


def _bare(text: str) -> str:
    """Lower case, without accents; punctuation and emoji are spaces."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NO_WORD.sub(" ", plain).strip()
