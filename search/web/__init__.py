"""Search over HTTP and in a browser: an API for programs, and a page for people, from the index on this machine.

`app.create_app` puts it together; `server.serve` runs it. FastAPI, Starlette, Jinja2 and uvicorn are imported here only.
"""
