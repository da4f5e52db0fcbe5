"""Numbers as one spells them and another does not."""

import pytest

from platforms.sms.numbers import can_be_answered, digits, is_landline, is_number, normal


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("+5511955500101", "+5511955500101"),
        ("5511955500101", "+5511955500101"),
        ("005511955500101", "+5511955500101"),
        ("+55 (11) 95550-0101", "+5511955500101"),
        ("551185500101", "+5511985500101"),
        ("+551165500101", "+5511965500101"),
        ("+551135500101", "+551135500101"),
        ("14845550101", "+14845550101"),
        ("447700900123", "+447700900123"),
        ("28450", "28450"),
        ("190", "190"),
        ("LOJA", "LOJA"),
        (" Loja Lua ", "Loja Lua"),
        ("loja-lua", "loja-lua"),
        ("+12", "+12"),
        ("1234567890123456", "1234567890123456"),
        ("", ""),
    ],
)
def test_normal(given: str, wanted: str) -> None:
    assert normal(given) == wanted
    assert normal(normal(given)) == normal(given)


def test_who_can_be_answered() -> None:
    answered = [can_be_answered(normal(one)) for one in ("5511955500101", "28450", "LOJA", "")]
    assert answered == [True, True, False, False]
    assert is_number("+5511955500101")
    assert not is_number("28450")


def test_brazils_landlines_are_known() -> None:
    assert is_landline("+551135500101")
    assert not is_landline("+5511955500101")
    assert not is_landline("+14845550101")


def test_without_the_plus() -> None:
    assert [digits(one) for one in ("+5511955500101", "28450", "LOJA")] == [
        "5511955500101",
        "28450",
        "LOJA",
    ]
