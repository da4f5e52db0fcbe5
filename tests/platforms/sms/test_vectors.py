"""Vectors of others for the alphabet and for the words of opting out."""

import json
from typing import Any

import pytest

from domain.segments import measure
from platforms.sms.optout import Wish, wish
from tests.platforms import captured

FOLDER = {path.stem: path for path in captured.fixtures("sms-vectors")}
CLASSES = {"soft": Wish.PERHAPS_OPT_OUT, "opt_out": Wish.OPT_OUT, "opt_in": Wish.OPT_IN}
CLASSES |= {"help": Wish.HELP}


def vectors(stem: str) -> list[dict[str, Any]]:
    path = FOLDER.get(stem)
    if path is None:
        pytest.skip(f"no captured {stem}")
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def test_segments() -> None:
    for vector in vectors("vectors_gsm7"):
        size = measure(vector["text"])
        assert (size.units, size.segments) == (vector["units"], vector["parts"]), vector
        assert size.wide == (vector["encoding"] != "GSM-7")


def test_words_of_opting_out() -> None:
    for vector in vectors("vectors_optout"):
        assert wish(vector["text"]) is CLASSES.get(vector["class"]), vector
