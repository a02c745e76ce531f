"""Puts headquarters' api together. Nothing is decided here."""

from __future__ import annotations

import msgspec
import psycopg2
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hq_server.config import HqConfig
from hq_server.db import Database
from hq_server.errors import HqError
from hq_server.keys import HqKey, load_or_make
from hq_server.sync import generation
from hq_server.sync import router as sync
from retail.wire import Problem, encode

log = structlog.get_logger()


def create_app(config: HqConfig, database: Database, key: HqKey | None = None) -> FastAPI:
    """The api on a migrated database. The generation is settled before the first request can be answered."""
    app = FastAPI(title="Zhanggui headquarters", docs_url=None, redoc_url=None)
    app.state.config = config
    app.state.database = database
    app.state.key = key or load_or_make(config.data_path)
    with database.transaction() as session:
        generation.settle(session, config.data_path)
    app.include_router(sync.router)
    app.add_api_route("/health", health, methods=["GET"])
    app.add_exception_handler(HqError, refused)
    for error in (SQLAlchemyError, psycopg2.Error):
        app.add_exception_handler(error, broken)
    return app


def health(request: Request) -> dict[str, str]:
    """Whether the database answers."""
    database: Database = request.app.state.database
    with database.transaction() as session:
        session.execute(text("SELECT 1"))
    return {"status": "ok"}


def refused(request: Request, error: Exception) -> Response:
    """An error of ours as HTTP."""
    assert isinstance(error, HqError)
    return _problem(request, error.status, error.code, error.message)


def broken(request: Request, error: Exception) -> Response:
    """The database refused or is gone: nothing of this request is kept, and the caller may send it again."""
    log.error("database failed", path=request.url.path, error=str(error).split("\n", 1)[0])
    return _problem(request, 503, "database_unavailable", "headquarters cannot store anything now: it is tried again")


def _problem(request: Request, status: int, code: str, message: str) -> Response:
    if request.url.path.startswith("/sync/"):
        return Response(encode(Problem(code, message)), status, media_type=sync.MEDIA_TYPE)
    return JSONResponse(msgspec.to_builtins(Problem(code, message)), status)
