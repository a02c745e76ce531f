"""What the demo says, in Chinese and English."""

from __future__ import annotations

import os
from typing import Final

from retail.functions import Language
from store_agent.texts import language as language_of

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "starting": ("正在启动总部（PostgreSQL、接口、控制台）…", "Starting headquarters (PostgreSQL, api, console) ..."),
    "loading": ("正在导入样例连锁，仅首次需要 …", "Loading the sample chain, the first time only ..."),
    "loaded": ("  已导入 {what}", "  loaded {what}"),
    "supplying": ("正在把商品、价格、权限下发到门店 …", "Sending goods, prices and rights down to the store ..."),
    "ready": ("就绪，用时 {seconds} 秒", "Ready after {seconds} s"),
    "console": ("控制台    {address}", "Console        {address}"),
    "first_link": ("首次登录  {address}（一小时内一次有效）", "First sign-in  {address} (once, within an hour)"),
    "store": ("门店      {store}，收银机 {till}", "Store          {store}, till {till}"),
    "people": (
        "收银员 {cashier} 密码 {cashier_pin}；店长 {manager} 密码 {manager_pin}；营业员 {clerks}",
        "Cashier        {cashier} PIN {cashier_pin}; manager {manager} PIN {manager_pin}; clerks {clerks}",
    ),
    "codes": ("可扫的条码  {file}", "Codes to scan  {file}"),
    "scan": ("扫码：在另一终端运行  {command}", "Scanner        in another terminal: {command}"),
    "receipts": ("小票      {folder}", "Receipts       {folder}"),
    "opening": (
        "按回车打开收银机。F1 是帮助；离开：F12 选下岗，再按 Ctrl+Q",
        "Press Enter to open the till. F1 is help; to leave: F12, Sign off, then Ctrl+Q",
    ),
    "selling": ("正在销售 {count} 篮商品 …", "Selling {count} baskets ..."),
    "sold": ("售出 {count} 笔，用时 {seconds} 秒", "Sold {count} receipts in {seconds} s"),
    "waiting": ("正在等待代理与总部 …", "Waiting for agent and headquarters ..."),
    "equal": ("三处一致：每位营业员、每个商品", "All three agree, for every clerk and every item"),
    "differ": ("三处不一致：{what}", "They differ: {what}"),
    "till": ("收银机", "till"),
    "agent": ("代理", "agent"),
    "headquarters": ("总部", "headquarters"),
    "row_receipts": ("小票数", "receipts"),
    "row_lines": ("行数", "lines"),
    "row_net": ("净额", "net"),
    "row_clerks": ("营业员数", "clerks"),
    "row_items": ("变动商品数", "items moved"),
    "row_stock": ("库存变动", "stock moved"),
    "closing": ("正在关闭；再次运行会从这里接着用 …", "Closing; the next start goes on from here ..."),
    "no_scanner": (
        "扫描枪没有连上：请先运行 zhanggui demo --dir {folder}",
        "no scanner is plugged in: run zhanggui demo --dir {folder} first",
    ),
}


def language() -> Language:
    """The language that the environment asks for."""
    return language_of(os.environ)


def say(code: str, **values: object) -> str:
    """The text in the environment's language."""
    zh, en = TEXTS[code]
    return (zh if language() == "zh" else en).format(**values)
