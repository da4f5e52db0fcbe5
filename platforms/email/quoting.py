"""Parts what somebody wrote from what their mail program repeated below, above or between it.

Rules over lines: no program marks a quote in plain text in a way that all others read. In doubt nothing is taken away.
"""

import re
from typing import NamedTuple

MAX_LINES = 20_000
_MAX_ATTRIBUTION = 320

_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\u00ad]")


class Said(NamedTuple):
    """A message's words, and what they were parted from."""

    text: str
    quoted: str | None = None
    signature: str | None = None


# "On Tue, 3 Sep 2024 at 10:15, Shop <shop@x> wrote:" in the languages of mail programs. What introduces the time, then
# the verb; both are needed, and the colon.
_VERBS = (
    r"wrote|writes|escreveu|escreveram|escribió|escribio|a écrit|a ecrit|schrieb|ha scritto|schreef|skrev"
    r"|kirjoitti|napisał|napsal|написал|пишет|írta|yazd.|写道|寫道|のメール|님이 작성"
)
_ATTRIBUTION = re.compile(rf"^.{{2,280}}\s?(?:{_VERBS}).{{0,160}}:\s*$", re.IGNORECASE)
_OPENING = re.compile(
    r"^(?:on|em|no dia|na|el|le|am|il|op|den|dne|w dniu|в|at|a|às?)\b", re.IGNORECASE
)
_DATED = re.compile(r"\d{1,4}[./:h-]\d{1,2}|\b(?:19|20)\d\d\b")
_WITH_ADDRESS = re.compile(r"<?[^\s<>@]{1,64}@[^\s<>@]{1,250}>?")
# Some give the time and the name with its address, and no verb.
_TIME = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_NAMED_LAST = re.compile(r"^.{8,200}<[^<>\s]{3,250}>\s?:\s*$")

_ORIGINAL = re.compile(
    r"^[\s>*_=-]*(?:original message|original appointment|mensagem original|mensaje original|message d.origine"
    r"|message original|urspr.ngliche nachricht|original(?:-|\s)?nachricht|messaggio originale"
    r"|oorspronkelijk bericht|reply message|replied message|mensagem respondida)[\s*_=:-]*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^[\s>*_=-]*(?:begin )?(?:forwarded message|mensagem (?:encaminhada|reencaminhada)|mensaje reenviado"
    r"|message (?:transf.r.|r.exp.di.)|weitergeleitete nachricht|anfang der weitergeleiteten nachricht"
    r"|messaggio inoltrato|in.cio da mensagem (?:re)?encaminhada|inicio del mensaje reenviado"
    r"|d.but du message r.exp.di.)[\s*_=:-]*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\s*]*(?:_{5,}|-{5,}|={5,})[\s*]*$")

# The header block that stands above a quote: De/Enviado/Para/Assunto. `*bold*` and `>` may stand around it.
_FIELD = re.compile(r"^[>\s*]*([^\W\d_][\w.\-' ]{0,24}?)\s?\*?\s?:\*?(?:\s|$)")
_FROM = {"from", "de", "von", "da", "van", "от", "od", "från", "fra", "expéditeur", "remitente"}
_OTHER_FIELDS = {
    *("sent", "date", "to", "subject", "cc", "reply-to", "importance"),
    *("enviado", "enviada", "enviada em", "enviado em", "data", "para", "assunto", "com cópia"),
    *("enviado el", "fecha", "asunto", "responder a"),
    *("envoyé", "envoyé le", "envoye", "à", "objet", "copie à"),
    *("gesendet", "datum", "an", "betreff", "kopie"),
    *("inviato", "a", "oggetto", "verzonden", "aan", "onderwerp", "skickat", "till", "ämne"),
}
_SUBJECT = {"subject", "assunto", "asunto", "objet", "betreff", "oggetto", "onderwerp", "ämne"}

_MOBILE = re.compile(
    r"^[\s>]*(?:sent (?:from|via|with) (?:my |the |outlook|mail|yahoo|proton|samsung|bluemail|workspace|a )"
    r"|(?:get|obter|obtenha|baixe|obtener|obtenez|holen sie sich) (?:o |l.)?outlook (?:for|para|o|pour|f.r)"
    r"|enviad[oa] (?:do|da|de|pelo|desde|a partir do|via) (?:meu|minha|mi|um|o|a|outlook|yahoo|e-?mail|samsung"
    r"|correo|galaxy|iphone|ipad|android)|envoyé (?:de|depuis) mon|von meinem .{2,30} gesendet|gesendet (?:von|mit)"
    r"|inviato da(?:l mio)? )",
    re.IGNORECASE,
)
_DASHES = re.compile(r"^-- ?$|^—$")


def part(text: str, *, forwarded: bool = False) -> Said:
    """What was written, without quotes and signature. Of a forward, and where nothing would be left: everything."""
    lines = [_clean(line) for line in text.replace("\r\n", "\n").split("\n")]
    whole = _trimmed(lines)
    if forwarded or len(lines) > MAX_LINES or not whole:
        return Said(whole)
    start = _quote_start(lines)
    if start is None:
        kept, signature = _without_signature(lines)
        return Said(kept or whole, None, signature if kept else None)
    if _FORWARDED.match(lines[start]):
        return Said(whole)
    return _around(lines, start, whole)


def _around(lines: list[str], start: int, whole: str) -> Said:
    """A quote begins at `start`: keep what stands before it, or, when nothing does, what stands behind it."""
    head, head_signature = _without_signature(lines[:start])
    quote_end, mixed = _quote_end(lines, start)
    tail, tail_signature = _without_signature(lines[quote_end:])
    quoted = _trimmed(lines[start:quote_end]) or None
    if mixed or (head and tail):
        return Said(whole)
    if not head and not tail:
        return Said(whole)
    return Said(head or tail, quoted, head_signature or tail_signature)


def _clean(line: str) -> str:
    return _INVISIBLE.sub("", line.replace("\u00a0", " ")).rstrip()


def _trimmed(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip() if any(lines) else ""


def _without_signature(lines: list[str]) -> tuple[str, str | None]:
    """The text above a signature, and the signature: from `-- ` on, and what phones add at the end."""
    kept = list(lines)
    dashes = next((n for n, line in enumerate(kept) if _DASHES.match(line)), None)
    cut: list[str] = []
    if dashes is not None:
        cut, kept = kept[dashes:], kept[:dashes]
    while kept and (not kept[-1].strip() or _MOBILE.match(kept[-1])):
        cut.insert(0, kept.pop())
    return _trimmed(kept), _trimmed(cut) or None


def _quote_start(lines: list[str]) -> int | None:
    """The line where the first quote begins, with what introduces it."""
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if line.startswith(">") and _opens_quote(lines, number):
            return number
        if _FORWARDED.match(line) or _ORIGINAL.match(line) or _attribution(lines, number):
            return number
        if _RULE.match(line) and _header_block(lines, _next_line(lines, number + 1)):
            return number
        if _header_block(lines, number):
            return number
    return None


def _opens_quote(lines: list[str], number: int) -> bool:
    """A single arrow at the head of a line may be an arrow; a quote says something behind it."""
    return bool(lines[number].lstrip("> ").strip()) or _next_quoted(lines, number + 1)


def _next_quoted(lines: list[str], number: int) -> bool:
    following = _next_line(lines, number)
    return following < len(lines) and lines[following].startswith(">")


def _next_line(lines: list[str], number: int) -> int:
    """The next line that says something."""
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _attribution(lines: list[str], number: int) -> int:
    """How many lines from here on say who wrote the quote that follows; 0: they do not."""
    joined = ""
    first = lines[number].strip()
    long = bool(_OPENING.match(first) or _DATED.search(first) or _TIME.search(first))
    for length, line in enumerate(lines[number : number + (4 if long else 1)], 1):
        if not line.strip() and length > 1:
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > _MAX_ATTRIBUTION:
            return 0
        if joined.endswith(":") and _says_who(joined, quoted=_next_quoted(lines, number + length)):
            return length
    return 0


def _says_who(joined: str, *, quoted: bool) -> bool:
    """Sure enough: a date first, a date and an address, or a verb with a quote right below."""
    if _NAMED_LAST.match(joined) and _TIME.search(joined) and _DATED.search(joined):
        return True
    if not _ATTRIBUTION.match(joined):
        return False
    dated = bool(_DATED.search(joined))
    return quoted or (dated and bool(_OPENING.match(joined) or _WITH_ADDRESS.search(joined)))


def _header_block(lines: list[str], number: int) -> bool:
    """Whether a From/De/Von line stands here with two of its companions close below.

    Routes and periods are written so too (De: São Paulo, Para: Rio, Data: 3/3); only mail has a subject or an address.
    """
    if _field(lines, number) not in _FROM:
        return False
    companions = {_field(lines, below) for below in range(number + 1, number + 8)}
    of_mail = bool(companions & _SUBJECT) or any("@" in line for line in lines[number : number + 8])
    return of_mail and len(companions & _OTHER_FIELDS) >= 2


def _field(lines: list[str], number: int) -> str | None:
    found = _FIELD.match(lines[number][:120]) if number < len(lines) else None
    return " ".join(found.group(1).lower().split()) if found else None


def _quote_end(lines: list[str], start: int) -> tuple[int, bool]:
    """The line behind the quote, and whether the quote is answered in between.

    Without arrows a quote has no end: all below is of it.
    """
    first = start + _attribution(lines, start)
    below = _next_line(lines, first)
    if below >= len(lines) or not lines[below].startswith(">"):
        return len(lines), False
    last = max(number for number, line in enumerate(lines) if line.startswith(">"))
    between = [line for line in lines[below:last] if line.strip() and not line.startswith(">")]
    answered = [line for line in between if not _is_wrapped(line, between)]
    return last + 1, bool(answered)


def _is_wrapped(line: str, between: list[str]) -> bool:
    """Old programs wrap quoted lines without repeating the arrow: a lone short piece is no answer."""
    return len(between) == 1 and len(line) < 20 and line[:1].islower()
