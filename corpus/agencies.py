"""News agencies, as a page's credits and datelines name them."""

from __future__ import annotations

from typing import Final

from newsearch.corpus.text import words

AGENCIES: Final = words(
    "dpa dpa-afx dpa-infocom dpa-tmn afp ap reuters rtr rtrd apa apa-ots sda sda-ats keystone-sda ats kna kap epd sid dts pa "
    "upi ansa efe tass itar-tass interfax xinhua bloomberg awp ots bang npa dapd ddp afx anp belga pap ritzau ntb kyodo "
    "yonhap pti ians"
) | {
    "press association", "associated press", "the associated press", "agence france-presse", "deutsche presse-agentur",
    "austria presse agentur", "dow jones", "dow jones newswires", "the canadian press",
}  # fmt: skip
"""Credits that name an agency and no outlet, in lower case."""


def is_agency(name: str) -> bool:
    """Whether *name* is a news agency's."""
    return name.casefold() in AGENCIES
