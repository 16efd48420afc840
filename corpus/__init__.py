"""What an article is, and how files become articles: read → clean → date, language → article versions.

Start at `newsearch.corpus.reading.read_sources` and `newsearch.corpus.store.ArticleStore`; the records are in
`newsearch.corpus.article`, every error of newsearch in `newsearch.corpus.errors`.
"""
