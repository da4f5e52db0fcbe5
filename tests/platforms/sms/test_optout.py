"""Who asks to be left alone, and who only uses the word."""

import pytest

from platforms.sms.optout import Wish, wish

OUT, PERHAPS, IN, HELP = Wish.OPT_OUT, Wish.PERHAPS_OPT_OUT, Wish.OPT_IN, Wish.HELP


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        *((text, OUT) for text in ("SAIR", "sair.", "  Parar!! ", "PÁRE", "não perturbe", "stop")),
        *(
            (text, OUT)
            for text in ("Stop All", "opt-out", "🚫 STOP 🚫", "me tire da lista", "BAJA")
        ),
        *((text, OUT) for text in ("Salir", "Darme de baja", "unsubscribe", "STOP\n")),
        *((text, PERHAPS) for text in ("cancelar", "Para", "END", "quit", "Eliminar")),
        *((text, IN) for text in ("START", "voltar", "Quero receber", "opt in")),
        *((text, HELP) for text in ("ajuda", "HELP", "?", "ayuda")),
        *((text, None) for text in ("quero sair de férias", "pode parar na terça", "2 stop")),
        *(
            (text, None)
            for text in ("stop, espera", "sim", "yes", "não", "", "   ", "стоп", "sairei")
        ),
        ("STOP " * 40, None),
        (None, None),
    ],
)
def test_only_the_whole_message_counts(text: str | None, wanted: Wish | None) -> None:
    assert wish(text) is wanted
