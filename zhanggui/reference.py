"""The pages of docs/reference: rendered from the very tables and fields that the programs run with."""

from __future__ import annotations

from pathlib import Path

from pos_terminal.config import TerminalConfig
from retail.config_reference import reference
from retail.key_reference import key_reference
from store_agent.config import AgentConfig

_SETTINGS = """\
# {title}

由 `{source}` 生成，请勿手改：`zhanggui docs`。
Generated from `{source}`; do not edit by hand: `zhanggui docs`.

{tables}
"""


def pages() -> dict[str, str]:
    """File name -> Markdown."""
    till, agent = reference(TerminalConfig).rstrip(), reference(AgentConfig).rstrip()
    return {
        "keys.md": key_reference(),
        "till-settings.md": _SETTINGS.format(
            title="收银机设置 · Settings of the till (`till.toml`)", source="pos_terminal/config.py", tables=till
        ),
        "agent-settings.md": _SETTINGS.format(
            title="代理设置 · Settings of the agent (`agent.toml`)", source="store_agent/config.py", tables=agent
        ),
    }


def write_pages(folder: Path) -> list[str]:
    """Writes all pages into the folder; returns the names of those that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in pages().items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            changed.append(name)
    return changed
