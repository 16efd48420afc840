"""``newsearch verify`` and ``newsearch rollback``."""

from __future__ import annotations

from newsearch.search.commands.options import Index, Json, index_path


def verify(index: Index = None, json: Json = False) -> int:
    """Read a whole index and say whether it is sound: hashes, counts, vectors, postings, texts, takedowns.

    Example: newsearch verify --index archive.index
    """
    from newsearch.corpus.errors import DamagedIndexError
    from newsearch.indexer.layout import Layout
    from newsearch.search.checkup import check_index, check_takedowns
    from newsearch.search.show import print_json, print_line

    path = index_path(index)
    checked, left = check_index(Layout(path)), check_takedowns(Layout(path))
    if json:
        print_json({"schema": 1, "index": str(path), "generations": checked, "takedowns": left})
    else:
        for generation in checked:
            serves = " (serves)" if generation["serves"] else ""
            print_line(f"{'sound   ' if generation['sound'] else 'DAMAGED '}  {generation['id']}{serves}")
            for finding in generation["findings"]:
                print_line(f"            {finding}")
        for finding in left:
            print_line(f"NOT GONE    {finding}")
    return 0 if all(g["sound"] for g in checked) and not left else DamagedIndexError.exit_code


def rollback(index: Index = None, json: Json = False) -> None:
    """Go back to the generation before the one that serves; the next rebuild goes on from the sources as they are then.

    Example: newsearch rollback --index archive.index
    """
    from newsearch.indexer.layout import Layout
    from newsearch.search.show import print_json, print_line

    path = index_path(index)
    layout = Layout(path)
    layout.open_current()
    with layout.writer():
        left, serves = layout.rollback()
    if json:
        print_json({"schema": 1, "index": str(path), "left": left, "generation": serves})
    else:
        print_line(f"generation {serves} serves again, {left} no more")
