"""What a web page says to its reader in between: subscribe, follow, click, agree; and who else reported.

The lines of text dumps are in `noise`; these are the ones that only web pages have. As there, a rule names the whole block.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.formats.noise import noise

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST: Final = 500
"""Characters of the longest block looked at: consent texts have up to 400."""
_NETWORKS: Final = (
    r"(?:facebook|twitter|x|instagram|google news|youtube|whatsapp|telegram|linkedin|tiktok|bluesky|threads"
    r"|flipboard)\b"
)
_WIRES: Final = r"(?:dpa|afp|reuters|ap|sid|kna|epd|apa|afxp?|dts)"


def _rule(*forms: str) -> Callable[[str], object]:
    return re.compile("|".join(forms), re.IGNORECASE).fullmatch


def _inside(word: str, form: str) -> Callable[[str], object]:
    """The same of one form that begins with anything: only what holds *word*, lower case, is looked through for it."""
    applies = _rule(form)
    return lambda text: word in text.lower() and applies(text)


_RULES: Final[tuple[tuple[Reason, Callable[[str], object]], ...]] = (
    (
        Reason.MACHINE,
        _rule(
            r"(?:https?://|www\.)\S+",
            r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*",
            r"(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
            r"true|false|null|undefined",
            r"[\W_]+",
        ),
    ),
    (
        Reason.NEWSLETTER,
        _rule(
            r"(?:sign up|subscribe|register)\b.{0,60}\b"
            r"(?:newsletters?|e-?mails?|inbox|alerts|channel|updates|briefing)\b.{0,160}",
            r"get (?:the|our) (?:latest|best|top)\b.{0,120}\b(?:inbox|e-?mail|newsletter)\b.{0,60}",
            r"(?:jetzt|hier|kostenlos|unser(?:en)?|den|zum)\b.{0,60}\bnewsletter\b.{0,80}",
        ),
    ),
    (
        Reason.RELATED,
        _rule(
            r"(?:(?:also )?(?:read|see|watch|listen)(?: more| also| next)?|more|related|also see"
            r"|also on [\w.]+)\s?[:|].{3,200}",
            r"(?:more|related|also|don['’]t miss|editor['’]?s?['’]? (?:picks?|choice)|up next|explore further)\s?:?",
            r"for more (?:stories|news)\b.{0,100}",
            r"(?:mehr|weitere) (?:themen|artikel|nachrichten|news|infos|hintergründe)\b[^.!?]{0,100}:",
            r"auch interessant\s?:?",
            r"(?:mehr|alles) (?:dazu|zum thema|zu diesem thema)\b[^.!?]{0,100}",
        ),
    ),
    (
        Reason.APPEAL,
        _rule(
            r"(?:click|tap) here\b.{0,120}|click here to .{3,60} app\b.{0,20}",
            rf"follow\b.{{0,80}}\bon {_NETWORKS}.{{0,160}}",
            r"(?:like|enjoyed|love) (?:this|what)\b.{0,40}\? .{0,120}",
            r"(?:do you have|have you got) (?:a|any) (?:story|tip|question|comment)s?\b.{0,200}",
            r"(?:please )?get in touch\b.{0,160}|contact (?:us|our|the) .{0,60}(?:@|\bat\b).{0,60}",
            r"you must (?:confirm|be logged|log|sign)\b.{0,100}|please log ?(?:in|out)\b.{0,120}",
            r"(?:story|article|advertisement)\s?[-–:]? ?(?:continues|scroll)\b.{0,60}",
            rf"folg(?:e|en|st)\b.{{0,60}}\b{_NETWORKS}.{{0,60}}",
            r"(?:fehler gefunden|haben sie einen fehler)\b.{0,80}",
            r"(?:wie )?hat ihnen (?:der|dieser) (?:artikel|beitrag|text) gefallen\b.{0,200}",
        ),
    ),
    (Reason.APPEAL, _inside("by clicking here", r".{0,60}\bby clicking here\b.{0,30}")),
    (
        Reason.EMBEDDED,
        _rule(
            r"(?:empfohlener|externer) (?:redaktioneller |externer )?inhalt.{0,80}",
            r"an dieser stelle (?:finden|finde|befindet|steht|ist|sehen)\b.{0,60}\b(?:extern|inhalt|redaktion).{0,400}",
            r"ich bin (?:damit )?einverstanden, dass mir\b.{0,500}",
            r"(?:mit (?:dem|ihrem) klick|durch (?:das )?klicken)\b.{0,80}\b(?:datenschutz|daten|inhalte?)\b.{0,300}",
            r"(?:dieser|der) inhalt (?:ist|wird|kann|stammt)\b.{0,60}"
            r"\b(?:cookies?|einwilligung|extern|facebook|twitter|youtube).{0,300}",
            r"(?:this|the) (?:content|video|post|article) (?:is|was|contains) (?:not available|content provided)\b.{0,300}",
            r"we (?:ask for|need) your (?:permission|consent)\b.{0,400}",
        ),
    ),
    (
        Reason.CREDITS,
        _rule(
            r"\(?(?:additional |with )?(?:reporting|editing|writing)(?: and \w+)? (?:by|from) .{3,300}",
            r"our standards:.{0,100}",
            r"(?:this (?:article|story) )?(?:was )?(?:originally|first) (?:published|appeared) (?:on|in|at|by) .{2,80}",
            r"filed under:?.{0,80}|(?:last )?updated at \d.{0,40}",
            rf"\(?mit (?:material|informationen|inhalten) (?:von|der)\b.{{2,60}}|\(?mit {_WIRES}(?:[/ ,].{{0,30}})?\)?",
            rf"\(?{_WIRES}(?:[/,+ -]{{1,3}}[\w.-]{{2,12}}){{0,3}}\)?",
            r"quellen?: .{2,60}|dieses thema im programm:.{0,160}",
        ),
    ),
    (
        Reason.CREDITS,
        _inside(
            "contributed",
            r"[—–-]?.{3,160}\bcontributed (?:to (?:this|the) (?:report|story|article)|reporting\b).{0,60}",
        ),
    ),
)


def page_noise(text: str) -> Reason | None:
    """Why *text*, wherever on a web page it stands, is no part of an article; None where it may be."""
    if (reason := noise(text)) is not None:
        return reason
    return next((reason for reason, applies in _RULES if applies(text)), None) if len(text) <= LONGEST else None
