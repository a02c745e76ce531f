"""What the command says, in Chinese and English. Reasons that come from elsewhere are quoted as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from retail.functions import Language

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "no_status": ("{path} 没有状态：代理程序还没在这里运行过。", "no status at {path}: the agent has not run here yet"),
    "running": ("运行中，进程 {process}", "running as process {process}"),
    "not_running": ("未运行", "NOT RUNNING"),
    "host": ("{host}（{kind}）{running}，{age}秒前更新", "{host} ({kind}) {running}, written {age} s ago"),
    "upstream": ("上级 {upstream}；{pending} 笔待上传", "upstream {upstream}; {pending} entries wait"),
    "line": (
        "  {name}：{state}，{pending} 笔待传，上次成功 {last}",
        "  {name}: {state}, {pending} wait, last success {last}",
    ),
    "ago": ("{age}秒前", "{age} s ago"),
    "never": ("从未", "never"),
    "none": ("无", "none"),
    "starting": ("启动中", "starting"),
    "ok": ("正常", "ok"),
    "failing": ("失败", "failing"),
    "waiting": ("等待传输时段", "waiting for its hours"),
    "problem": ("    {problem}（连续 {failures} 次）", "    {problem} ({failures} times)"),
    "refused_stream": ("    拒收 {what}：{reason}", "    refused {what}: {reason}"),
    "forked": (
        "    分叉 {stream}：两份流水用同一名称，请检查是否复制过磁盘",
        "    forked {stream}: two journals write under one name; was a disk copied?",
    ),
    "feed": ("  资料 {feed}：位置 {position}{problem}", "  feed {feed}: position {position}{problem}"),
    "enrolled": (
        "本机登记为 {store} {store_name} 的 {till} 号收银机。",
        "This host is till {till} of store {store} {store_name}.",
    ),
    "key": (
        "总部公钥指纹 {fingerprint}：请与总部控制台核对。",
        "Headquarters' key is {fingerprint}: compare it with headquarters' console.",
    ),
    "settings_written": ("设置已写入 {path}。", "Settings are in {path}."),
    "settings_kept": ("{path} 保持不变。", "{path} was left as it is."),
    "no_hub": (
        "本代理不是店内主机：设置中没有 [hub]。",
        "this agent is no hub: its settings have no [hub]",
    ),
    "packed": ("{count} 笔已打包到 {file}。", "{count} entries packed into {file}."),
    "left_out": ("未打包 {what}：{reason}", "left out {what}: {reason}"),
    "answered": ("应答已写入 {file}。", "Answer written to {file}."),
    "taken_in": (
        "收到 {rows} 行资料；{marks} 条流水得到确认。",
        "{rows} rows taken in; {marks} streams confirmed.",
    ),
    "refused": ("拒收 {what}：{reason}", "refused {what}: {reason}"),
}
"""Code → (Chinese, English)."""


def language(environ: Mapping[str, str]) -> Language:
    """The language of the person at this terminal, as the system's locale says.

    >>> language({"LANG": "zh_CN.UTF-8"}), language({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}), language({})
    ('zh', 'en', 'en')
    """
    found = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "zh" if found.startswith("zh") else "en"


def say(spoken: Language, code: str, **values: object) -> str:
    """The text in that language, filled in."""
    chinese, english = TEXTS[code]
    return (chinese if spoken == "zh" else english).format(**values)
