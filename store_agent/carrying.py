"""Carried files of one host: which journal, which feeds, which answer came last."""

from __future__ import annotations

from pathlib import Path

from store_agent.agent import open_feeds
from store_agent.carry import (
    MARKS_FILE,
    Answer,
    Imported,
    Parcel,
    pack,
    read_carried,
    take_answer,
    write_carried,
)
from store_agent.config import AgentConfig
from store_agent.downlink import feed_cursors
from store_agent.journals import Journals
from store_db.identity import Identity


def export_parcel(
    config: AgentConfig, identity: Identity, file: Path, *, software: str, everything: bool = False
) -> Parcel:
    """Packs what the last answer does not confirm, or everything, into the file."""
    data = Path(config.data)
    last = data / MARKS_FILE
    answered = read_carried(last, Answer) if last.exists() and not everything else None
    reader = Journals([data / name for name in config.journals])
    feeds = open_feeds(data, identity)
    try:
        parcel = pack(
            reader,
            answered,
            store=identity.store,
            host=config.host or identity.till,
            software=software,
            feeds=feed_cursors(feeds.cursors()),
        )
    finally:
        feeds.close()
        reader.close()
    write_carried(file, parcel)
    return parcel


def import_answer(config: AgentConfig, identity: Identity, file: Path) -> Imported:
    """Takes the answer's feeds in and remembers what it confirms."""
    data = Path(config.data)
    answer = read_carried(file, Answer)
    feeds = open_feeds(data, identity)
    try:
        imported = take_answer(answer, feeds, store=identity.store)
    finally:
        feeds.close()
    write_carried(data / MARKS_FILE, Answer(answer.store, answer.generation, answer.marks, {}, ()))
    return imported
