"""``newsearch info``."""

from __future__ import annotations

from dataclasses import asdict

from newsearch.search.commands.options import Index, Json, index_path


def info(index: Index = None, json: Json = False) -> None:
    """Say what an index holds, and what it was made with.

    Example: newsearch info --index archive.index
    """
    from newsearch.corpus.errors import NewsearchError
    from newsearch.indexer.layout import Layout
    from newsearch.indexer.settings import read_settings
    from newsearch.indexer.tombstones import Tombstones
    from newsearch.search.remembered import rejects_of
    from newsearch.search.show import print_json, print_line

    path = index_path(index)
    generation = Layout(path).open_current()
    facts = asdict(generation.manifest)
    try:
        sources = [str(s) for s in read_settings(path).sources]
    except NewsearchError as exc:  # the generation answers without its settings; only a rebuild does not
        sources = [f"(unknown: {exc})"]
    rejects = rejects_of(path)
    tombstones = Tombstones.read(Layout(path).tombstones)
    if json:
        facts["takedowns"] = [
            {"article_id": s.id, "url": s.url, "reason": s.reason, "taken_down": s.at, "finished": s.purged}
            for s in tombstones.stones
        ]
        facts["rejects"] = [asdict(reject) for reject in rejects]
        print_json({"schema": 1, "index": str(path), "sources": sources, **facts})
        return
    size = sum(f["bytes"] for f in facts["files"].values())
    print_line(f"index       {path}")
    print_line(f"generation  {facts['id']}, written {facts['created']}")
    print_line(
        f"holds       {facts['counts']['articles']:,} articles, {facts['counts']['passages']:,} passages, {size / 1e6:.1f} MB"
    )
    if "stories" in facts["counts"]:
        print_line(f"stories     {facts['counts']['stories']:,}, near-duplicates counted as one")
    print_line(f"model       {facts['model']} ({facts['dimension']} wide, fingerprint {facts['fingerprint'][:12]})")
    print_line(f"sources     {', '.join(sources)}")
    if tombstones.stones:
        unfinished = f", {len(tombstones.unfinished):,} of them not finished: run newsearch rebuild"
        print_line(f"taken down  {len(tombstones.stones):,} articles{unfinished if tombstones.unfinished else ''}")
    if rejects:
        print_line(
            f"rejected    {len(rejects):,} in the last reading, duplicates included; --json lists them with reasons"
        )
