"""Page noise that a single line gives away: captions, teasers, share bars, keyword spam and the like.

Every rule is narrow on purpose: a line of an article that is lost is worse than a doubtful line kept. Measured on the
24,323 paragraphs of clean articles in ../shared/eval and ../shared/pages/fundus: 6 are taken out, four of them pointers
to other stories ("Lesen Sie hier: …") that an extractor left in, two an address alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsearch.corpus.formats.lines import Reason
from newsearch.corpus.text import words

if TYPE_CHECKING:
    from collections.abc import Callable


def _rule(*forms: str, longest: int = 120) -> Callable[[str], bool]:
    """A test whether a whole line of at most *longest* characters has one of *forms*, whatever its case."""
    compiled = re.compile("|".join(forms), re.IGNORECASE)
    return lambda line: len(line) <= longest and compiled.fullmatch(line) is not None


_CREDIT: Final = (
    r"Quellen?|Fotos?|Bild(?:er|quelle|nachweis|rechte|credit)?|Grafik|Infografik|Foto-?credit|Fotograf(?:in)?"
    r"|(?:Titel|Beitrags|Archiv|Symbol|Luft|Drohnen|Satelliten)(?:bild|foto)"
    r"|(?:Luft|Detail|Infrarot|Röntgen|Satelliten|Drohnen|Nacht)aufnahme|Aufnahme|Screenshot|Collage|Montage|Repro"
    r"|Sources?|Photos?|Photograph|Images?|Pictures?|(?:Photo|Image|Picture) (?:credit|courtesy|by)|Credit|Graphic"
    r"|Illustration|File photo|Stock image"
)
_CAPTION = re.compile(rf"[(\[]?(?:{_CREDIT})\s?:\s*[^\s].{{0,110}}(?<![.?!])[)\]]?")
_SHORT_CAPTION = re.compile(r"\(?(?:Quelle|Foto|Fotos|Source|Photo|Photos|Credit):\s?[^.?!]{1,30}\.\)?")
_CREDITED = re.compile(
    r".*[.!?…“”\"»\w)]\s*(?:\((?:Foto|Bild|Photo|Image|Picture|Symbolbild|Archivbild|File photo)s?:\s?[^()]{2,80}\)"
    r"|(?:Foto|Photo):\s?[\w. -]{2,40}/\s?[\w. -]{2,30}|\((?:Symbol|Archiv)(?:bild|foto)\))\.?"
)
_NUMBERED = re.compile(r"(?:Bild|Foto|Image|Photo|Picture) \d{1,3} ?(?:von|of|/) ?\d{1,3}", re.IGNORECASE)
_SIGNED = re.compile(r".*[.!?…“”\"»] ?© ?[\w .,/&-]{2,60}")
_STOCK = re.compile(r"\(?(?:Symbol|Archiv)(?:bild|foto)\b[^.!?]{0,100}\)?\.?|(?:©|\(c\) ).{2,100}")
MAX_CAPTION: Final = 300
"""A longer line that ends with a picture's credit is a paragraph; the credit is the lesser evil."""


def _is_caption(line: str) -> bool:
    colon = ":" in line  # most lines have none, and what is searched from each full stop takes long
    if (colon and (_CAPTION.fullmatch(line) or _SHORT_CAPTION.fullmatch(line))) or _STOCK.fullmatch(line):
        return True
    if len(line) > MAX_CAPTION:
        return False
    if "©" in line and _SIGNED.fullmatch(line):
        return True
    credited = colon or "bild)" in line or "foto)" in line
    return bool(_NUMBERED.fullmatch(line) or (credited and _CREDITED.fullmatch(line)))


_TEASER = re.compile(r".*(?:\[(?:…|\.\.\.)\]\s?\(\d{1,5}\)|\(00\))")
_CUT_OFF = re.compile(
    r".*(?:\[(?:…|\.\.\.)\]|\[?(?:mehr|weiterlesen|read more|more)\s?(?:\]|»|…|\.\.\.|→))", re.IGNORECASE
)
is_time_ago = _rule(
    r"(?:vor|seit) (?:\d{1,3}|einer|einem|wenigen) (?:Sek(?:unden?|\.)|Min(?:uten?|\.)|Std\.|Stunden?|Tag(?:en)?)",
    r"(?:vor|seit) (?:\d{1,3}|einer|einem|wenigen) (?:Wochen?|Monat(?:en)?|Jahr(?:en)?)",
    r"(?:\d{1,3}|an?|one) (?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month|year)s? ago",
    r"just now|gerade eben",
)

_SHARE_WORDS: Final = words(
    "teilen share drucken print merken save facebook twitter story post page seite beitrag x whatsapp e-mail "
    "email mail linkedin xing pinterest telegram instagram threads bluesky mastodon reddit flipboard pocket "
    "kopieren copy link artikel diesen this article auf on via per bei in tweet vorlesen listen anhören "
    "kommentieren feedback"
)
_SHARE_CORE: Final = words("teilen share drucken print facebook twitter whatsapp linkedin telegram xing")
_MAX_SHARE_WORDS: Final = 16
_SHARE_WORD = re.compile(r"[^\s|·•,/:]+")


def _share_words(line: str) -> list[str]:
    """The words of *line* where all of them are words of share bars; none where it has others."""
    first = _SHARE_WORD.search(line)
    if first is None or first[0].lower() not in _SHARE_WORDS:  # most lines: the rest need not be taken apart
        return []
    found = _SHARE_WORD.findall(line.lower())
    return found if len(found) <= _MAX_SHARE_WORDS and _SHARE_WORDS.issuperset(found) else []


def _is_share_bar(line: str) -> bool:
    return not _SHARE_CORE.isdisjoint(_share_words(line))


def may_be_sharing(line: str) -> bool:
    """Whether *line* may be a button of a share bar where others stand beside it: ``Merken``, ``X``."""
    return bool(_share_words(line))


_NAVIGATION_WORDS: Final = words(
    "startseite home menü menu politik politics wirtschaft business finanzen finance märkte markets sport sports "
    "kultur culture arts wissen wissenschaft science technik tech technology panorama meinung opinion lokales "
    "local region regional ausland world inland uk us weather wetter reise travel gesundheit health auto leben "
    "lifestyle video videos podcast podcasts live ticker abo login anmelden suche search mehr more kontakt "
    "contact impressum datenschutz privacy newsletter e-paper archiv archive news nachrichten feuilleton börse "
    "karriere jobs anzeigen shop subscribe agb terms about media mediadaten hilfe help faq rss sitemap cookies "
    "einstellungen"
)
_MIN_NAVIGATION: Final = 3
_MAX_ITEM: Final = 30
"""Characters of the longest item of a navigation line."""


def _is_navigation(line: str) -> bool:
    if not ("|" in line or "•" in line or "·" in line or ">" in line or "»" in line or "›" in line):
        return False  # quicker than a pattern: few lines have any
    items = [item.strip().casefold() for item in re.split(r"\s[|•·>»›]\s|\|", line) if item.strip()]
    known = sum(item in _NAVIGATION_WORDS for item in items)
    return len(items) >= _MIN_NAVIGATION and max(map(len, items)) <= _MAX_ITEM and known >= max(2, len(items) / 2)


_MIN_TERMS, _MAX_TERM_WORDS, _MIN_REPEATED = 8, 4, 2
"""The line-ups of 2,225 BBC articles have whole terms repeated once at most; the seed's keyword line ten times."""


_is_tags = _rule(
    r"(?:Tags?|Schlag(?:wörter|worte)|Stichw(?:örter|orte)|Keywords|Topics)\s?:\s.{2,200}(?<![.!?])", longest=220
)


def _is_keyword_spam(line: str) -> bool:
    """A list of search terms: many, short, some of them again and again."""
    if line.endswith(".") or line.count(",") + line.count(";") + 1 < _MIN_TERMS:
        return False
    terms = [term.strip().casefold() for term in re.split(r"[,;]", line)]
    if any(len(term.split()) > _MAX_TERM_WORDS for term in terms):
        return False
    return len(terms) - len(set(terms)) >= _MIN_REPEATED


_COOKIE_WORD: Final = r"(?:akzeptier|ablehn|zustimm|einstellung|richtlinie|hinweis|setting|accept|polic)\w*"
_begins_cookie_notice = _rule(
    r"(?:Wir (?:verwenden|nutzen|setzen)|(?:Diese|Unsere) (?:Website|Webseite|Seite|Internetseite)|Um Ihnen).*",
    r"(?:We (?:and our|use)|(?:This|Our) (?:web ?site|site|page)|By (?:continuing|using|clicking)).*",
    r"(?:Mit (?:der|dem) (?:Nutzung|Besuch|Klick)|Bitte (?:akzeptieren|stimmen)|Please accept|Manage cookies).*",
    rf"(?:Alle )?Cookies?[ -](?:[\w,]+ ){{0,3}}{_COOKIE_WORD}(?: (?:ändern|anpassen|verwalten|öffnen|speichern))?[.!]?",
    rf"Cookies?[ -]{_COOKIE_WORD}(?:\s?[:|·–-]\s?.*| .*\b(?:AGB|Impressum|Datenschutz|Privacy|Terms)\b.*)",
    r"(?:Accept|Reject)(?: all)? cookies",
    longest=500,
)
is_comment_count = _rule(
    r"\[\s?(?:\d[\d.,]*|keine?|no) (?:Kommentare?|Comments?|Leserkommentare?)\s?\]",
    r"(?:\d[\d.]*|keine?) (?:Leser)?Kommentare?|\d[\d,]* comments?|(?:Kommentare|Comments)\s?[:(]\s?\d+\s?\)?",
)
_is_comment_box = _rule(
    r"Kommentare|Comments|Kommentare? (?:schreiben|verfassen|abgeben|anzeigen|lesen)|Jetzt kommentieren",
    r"(?:Leave|Post|Write|Add) a comment|(?:Show|View) comments|Join the (?:discussion|conversation)",
)
_POINTERS: Final = (
    r"Lesen Sie (?:auch|hier|dazu|mehr|weiter)|Mehr (?:dazu|zum Thema|zu diesem Thema)|Auch interessant|Siehe auch"
    r"|Passend dazu|Zum Thema|Read (?:more|also|next)|See also|More on this(?: story)?"
    r"|Related(?: stor(?:y|ies)| articles?)?"
)
is_related_heading = _rule(
    rf"(?:{_POINTERS}|Related (?:topics|content)|Ähnliche Artikel|Meistgelesen|Most (?:read|popular))\s?:?",
    r"(?:Das|Dies) könnte (?:Sie|dich) (?:auch )?interessieren\s?:?",
    r"Weitere (?:Artikel|Nachrichten|Meldungen|Themen)\s?:?",
    r"You (?:may|might) also (?:like|be interested in)\s?:?",
    r"(?:Recommended(?: for you)?|Top[- ]stories|Latest(?: news)?|Trending(?: now)?)\s?:?",
    r"Mehr (?:Artikel|Nachrichten|aus [^:]{3,30})|More (?:stories|news|from [^:]{3,30})",
)
_is_pointer = _rule(
    rf"(?:(?:{_POINTERS}|Also read|Don['’]t miss)|Lesen Sie \w+(?: \w+){{1,2}})\s?[:…|>]\s?.+",
    r"(?:>>|→|►|➤)\s?.{3,}",
    longest=220,
)

_ORDER: Final = r"Newsletter (?:\S+ ){0,2}(?:abonnieren|anmelden|bestellen|sign[- ]?up)"
_INVITING: Final = r"(?:Jetzt|Hier|Unseren?|Den|Kostenlos\w*|Täglich\w*|Our|Free|Daily)"

_is_paywall = _rule(
    r"(?:Jetzt )?weiterlesen mit .{1,30}",
    r"(?:Jetzt )?(?:testen|abonnieren|freischalten)\s?[:!]? .{0,60}(?:Euro|€|kostenlos|gratis)(?: .{0,30})?",
    r"(?:Sie sind|Sie haben|Schon|Bereits) (?:bereits |schon )?(?:ein )?(?:Abo\w*|registriert|Kunde)\s?\?.{0,60}",
    r"Dieser (?:Artikel|Beitrag|Text|Inhalt) ist (?:exklusiv|nur|ausschließlich) (?:für|mit) .{0,60}"
    r"(?:Abo|abonn|Mitglied|registriert)"
    r".{0,120}",
    r"This (?:article|story|content) is (?:only |exclusively )?(?:for|available to) (?:our )?(?:paying )?subscribers.{0,60}",
    r"Already (?:an? )?(?:subscriber|member|registered|subscribed)\s?\?.{0,40}",
    r"Subscribe (?:now |today )?(?:for|from) .{0,20}[$£€].{0,80}",
    r"(?:Subscribe|Log in|Sign in|Register) to (?:continue|keep) reading.{0,40}",
    longest=250,
)
_is_print_mark = _rule(
    r"(?:.{2,60} [–|-] )?(?:Druckversion|Druckansicht|Print version|Printer-friendly version)",
    r"(?:Aus)?[Gg]edruckt am .{6,40}|Printed (?:on|from) .{6,60}",
    r"(?:(?:URL|Link|Adresse|Permalink|Web)\s?:\s?)?https?://\S+",
    r"(?:Seite|Page) \d{1,3} ?(?:von|of|/) ?\d{1,3}",
    longest=300,
)
_is_ticker_control = _rule(
    r"(?:Neueste|Älteste|Newest|Oldest|Latest) (?:zuerst|first)|(?:Nur )?wichtige Ereignisse|Key events(?: only)?",
    r"(?:Ältere|Neuere|Weitere|Mehr) (?:Einträge|Beiträge|Meldungen) (?:laden|anzeigen)",
    r"(?:Load|Show) (?:more|older)(?: (?:posts|updates|entries))?",
    r"Mehr (?:laden|anzeigen)|Aktualisieren|\+\+\+ ?(?:Live-?)?Ticker ?\+\+\+",
    r"Seite(?: \d{1,3}){2,}(?: (?:Weiter|Vor|Letzte|[»>]))?|Page(?: \d{1,3}){2,}(?: (?:Next|Last|[»>]))?",
    r"(?:\d{1,3} ){2,}(?:Weiter|Next)",
)
begins_author_box = _rule(
    r"Über (?:den|die|unseren?) Autor(?:in|en|innen)?\s?:?|About the (?:author|writer|reporter)s?\s?:?"
)
_is_author_link = _rule(
    r"(?:Alle|Weitere|Mehr) (?:Artikel|Beiträge|Texte) von .{3,50}",
    r"(?:All|More) (?:articles|stories|posts) (?:by|from) .{3,50}",
)
is_form = _rule(
    r"(?:Ihre |Deine |Your |Enter your )?E-?Mail(?:[- ]Adresse| address)?(?: eingeben)?\s?[:*]?",
    r"Jetzt (?:kostenlos )?anmelden!?|Sign me up!?",
    r"(?:Mit (?:der|Ihrer|deiner) (?:Anmeldung|Registrierung)|Ich (?:habe|akzeptiere|stimme|willige)) .{0,120}"
    r"(?:Datenschutz|Einwilligung|AGB|Nutzungsbedingungen).{0,80}",
    r"By (?:signing up|subscribing|registering),? .{0,120}(?:privacy|terms).{0,80}",
    longest=300,
)
"""The fields and small print of a form that orders a newsletter."""
is_bullet = _rule(r"(?:[-–•*·►▸▪»>]|\d{1,2}[.)]) \S.{2,}[^.]", longest=160)

_RULES: Final[tuple[tuple[Reason, Callable[[str], bool]], ...]] = (
    (Reason.TEASER, lambda line: line.endswith(")") and _TEASER.fullmatch(line) is not None),
    (Reason.TEASER_TIME, is_time_ago),
    (Reason.COMMENTS, is_comment_count),
    (Reason.COMMENTS, _is_comment_box),
    (Reason.CAPTION, _is_caption),
    (Reason.RELATED, is_related_heading),
    (Reason.RELATED, _is_pointer),
    (Reason.NAVIGATION, _is_navigation),
    (Reason.NAVIGATION, _is_print_mark),
    (Reason.NAVIGATION, _is_ticker_control),
    (Reason.PAYWALL, _is_paywall),
    (Reason.AUTHOR_BOX, begins_author_box),
    (Reason.AUTHOR_BOX, _is_author_link),
    (Reason.NEWSLETTER, is_form),
    (Reason.SHARING, _is_share_bar),
    (
        Reason.NEWSLETTER,
        _rule(
            rf"(?:{_INVITING} (?:.{{0,60}} )?|(?:\S+ ){{0,2}}){_ORDER}[.!]?|{_ORDER}\s?[:|–-]\s?.{{0,80}}",
            r"Newsletter [„“\"»].{2,60}[“”\"«]",
            r"Newsletter(?: \S+|\s?[:|]\s?.{0,80}| [–-] .{0,80})?|Newsletter-(?:Abo|Anmeldung|Archiv|Übersicht)",
            r"(?:Jetzt )?(?:Abonnieren Sie|Bestellen Sie|Melden Sie sich).{0,90}newsletter.{0,60}",
            r"(?:Sign up|Subscribe)(?: \w+){0,3} (?:for|to) .{0,60}newsletters?.{0,60}",
            r"Subscribe(?: now)?!?|Jetzt abonnieren!?",
            longest=200,
        ),
    ),
    (Reason.COOKIES, lambda line: _begins_cookie_notice(line) and "cookie" in line.lower()),
    (
        Reason.SEARCH_BOX,
        _rule(r"Suchbegriff(?: eingeben)?|Suche[n:]?|Search(?: term)?:?|Enter (?:a )?(?:search term|keywords?)"),
    ),
    (
        Reason.ADVERTISEMENT,
        _rule(
            r"[-–(\[]?\s?(?:Anzeige|Werbung|Advertise?ment|Sponsored(?: content)?|Ad)\s?[-–)\]]?",
            r"(?:Story|Article) continues (?:below|after) (?:this )?(?:advertisement|ad)\.?",
            r"(?:Der )?Artikel wird (?:unter|nach) der (?:Anzeige|Werbung) fortgesetzt\.?",
            r"Weiter nach der (?:Anzeige|Werbung)\.?",
        ),
    ),
    (
        Reason.READING_TIME,
        _rule(
            r"(?:Lesezeit|Lesedauer|Reading time):? (?=.*(?:\d|\bmin)).{1,30}",
            r"\d{1,2}[- ]min(?:ute)?s?\.? (?:read|Lesezeit)|\d{1,2} Min\.",
        ),
    ),
    (
        Reason.COPYRIGHT,
        _rule(
            r"(?:Alle Rechte vorbehalten|All rights reserved).{0,100}|Copyright(?: (?:dpa|(?-i:[A-ZÄÖÜ])[\w.&-]*)){0,2}",
            r"Copyright(?:\s?(?:©|\(c\)|:)| by\b| (?:\S+ ){0,3}(?:19|20)\d\d\b|.{0,60}(?:Rechte vorbe|rights rese)).{0,100}",
        ),
    ),
    (
        Reason.NAVIGATION,
        _rule(
            r"(?:Zurück )?(?:zum|nach) (?:Seitenanfang|oben)|Zum Inhalt springen|Menü",
            r"Back to top|Skip to (?:main )?content|Menu",
        ),
    ),
    (Reason.KEYWORDS, _is_keyword_spam),
    (Reason.KEYWORDS, _is_tags),
)


def noise(line: str) -> Reason | None:
    """Why *line*, wherever on the page it stands, is no part of an article; None where it may be."""
    return next((reason for reason, applies in _RULES if applies(line)), None)


_DOUBTFUL = re.compile(
    r"(?:Bild(?:er)?|(?:Info)?[Gg]rafik|Aufnahme|Screenshot|Collage|Montage|Images?|Pictures?|Graphic|Credit|Newsletter)"
    r"\s?:\s[^/©]*\s[a-zäöü][^/©]*|(?:Symbol|Archiv)(?:bild|foto)\s\w[^/©]*\s[^/©]*"
)


def may_be_headline(line: str) -> bool:
    """Whether *line*, though noise by itself, can be a headline where none else stands: ``Bild: Springer streicht …``."""
    return _DOUBTFUL.fullmatch(line) is not None


def is_cut_off(line: str) -> bool:
    """Whether *line* breaks off with ``[…]``, as teasers do and quotations may."""
    return _CUT_OFF.fullmatch(line) is not None
