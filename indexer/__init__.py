"""Articles → passages → vectors and terms → one generation on disk, written aside and switched in.

Public: `newsearch.indexer.builder` (build, add, rebuild), `.generation` (open and read), `.embedders` (the models).
Nothing is imported here, so that ``newsearch --help`` need not wait for numpy and faiss.
"""
