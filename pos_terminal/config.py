"""The settings of one till, read from `till.toml`. Unknown keys are refused: a misspelt one must not pass for set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from retail.config import ConfigError, Section, load, setting

PrinterKind = Literal["none", "network", "serial", "file"]
ScannerKind = Literal["serial", "evdev", "keyboard"]


class PrinterConfig(Section, frozen=True, kw_only=True):
    """The receipt printer, and the drawer that hangs on it."""

    kind: Annotated[
        PrinterKind,
        setting(
            "network (TCP 9100), serial (a line or USB-COM), file (a device node such as /dev/usb/lp0), or none.",
            "network（网口）、serial（串口或 USB 虚拟串口）、file（设备文件，如 /dev/usb/lp0）、none（无）。",
        ),
    ] = "none"
    host: Annotated[str, setting("Address of a network printer.", "网口打印机的地址。")] = ""
    port: Annotated[int, setting("TCP port of a network printer.", "网口打印机的端口。", ge=1, le=65_535)] = 9100
    path: Annotated[
        str,
        setting("Device of a serial or file printer, such as /dev/ttyUSB0.", "串口或设备文件的路径，如 /dev/ttyUSB0。"),
    ] = ""
    baud: Annotated[int, setting("Speed of a serial printer.", "串口打印机的波特率。", ge=300)] = 115_200
    profile: Annotated[
        str,
        setting(
            "The model's habits: generic-80mm, generic-58mm, … (`pos-terminal doctor` lists them).",
            "机型参数：generic-80mm、generic-58mm 等（pos-terminal doctor 会列出）。",
        ),
    ] = "generic-80mm"
    drawer_pin: Annotated[
        Literal[0, 2, 5],
        setting("The pin that the cash drawer hangs on; 0: as the profile says.", "钱箱接的针脚；0：按机型。"),
    ] = 0

    def options(self) -> dict[str, Any]:
        """What the driver of this kind is made with."""
        if self.kind == "network":
            return {"host": self.host, "port": self.port}
        if self.kind == "serial":
            return {"port": self.path, "baud": self.baud}
        return {"path": self.path} if self.kind == "file" else {}


class ScannerConfig(Section, frozen=True, kw_only=True):
    """One scanner."""

    kind: Annotated[
        ScannerKind,
        setting(
            "serial (best), evdev (a keyboard-type scanner read on its own), keyboard (it types into the terminal).",
            "serial（最好）、evdev（独占读取键盘式扫描枪）、keyboard（扫描枪直接打字到终端）。",
        ),
    ]
    path: Annotated[
        str,
        setting(
            "Its device: /dev/serial/by-id/… or /dev/input/by-id/…; not used for keyboard.",
            "设备路径：/dev/serial/by-id/… 或 /dev/input/by-id/…；keyboard 不用填。",
        ),
    ] = ""
    baud: Annotated[int, setting("Speed of a serial scanner.", "串口扫描枪的波特率。", ge=300)] = 9600
    suffix: Annotated[
        Literal["crlf", "stx", "none"],
        setting("How a serial scanner ends a code.", "串口扫描枪的结束符。"),
    ] = "crlf"
    gap_max_ms: Annotated[
        int,
        setting(
            "Longest pause between two keys of a keyboard scanner's code.",
            "键盘扫描枪两键之间的最长间隔。",
            ge=5,
            le=500,
        ),
    ] = 50
    prefix: Annotated[
        str,
        setting(
            "A key that a keyboard scanner sends before each code and nobody types.",
            "键盘扫描枪在每个条码前发送、而人不会按的键。",
        ),
    ] = ""

    def options(self) -> dict[str, Any]:
        """What the driver of this kind is made with; a keyboard scanner is fed by the screen instead."""
        if self.kind == "serial":
            return {"port": self.path, "baud": self.baud, "suffix": self.suffix}
        return {"path": self.path} if self.kind == "evdev" else {}


class AgentConfig(Section, frozen=True, kw_only=True):
    """The store agent on this host."""

    socket: Annotated[str, setting("Its socket, relative to `data`.", "代理程序的套接字，相对于 data。")] = "agent.sock"
    deadline_ms: Annotated[
        int,
        setting(
            "How long a question may take before the till goes on alone.", "提问的最长等待时间。", ge=50, le=10_000
        ),
    ] = 2000


class ScreenConfig(Section, frozen=True, kw_only=True):
    """How the till looks and sounds."""

    plain: Annotated[
        bool,
        setting(
            "Only ASCII for lines and marks, for terminals that lack the others or draw them too wide.",
            "线条和符号只用 ASCII，适用于显示不了其他符号的终端。",
        ),
    ] = False
    beep: Annotated[bool, setting("Sound the terminal's bell on a refusal.", "出错时让终端响铃。")] = True


class TerminalConfig(Section, frozen=True, kw_only=True):
    """All settings of one till. Who it is stands in `identity.toml`, written at enrolment."""

    data: Annotated[
        str,
        setting(
            "Folder of identity, key, journal, draft, feeds and socket; relative to this file.",
            "存放身份、密钥、日志、草稿、下行数据和套接字的文件夹；相对于本文件。",
            env="ZHANGGUI_TILL_DATA",
            min_length=1,
        ),
    ]
    language: Annotated[
        Literal["zh_CN", "en"],
        setting("Language after start; Ctrl+N changes it.", "启动后的语言；按 Ctrl+N 切换。", env="ZHANGGUI_LANGUAGE"),
    ] = "zh_CN"
    terminal: Annotated[
        str,
        setting(
            "Kind of till, where offers hold at some kinds only: counter, self, mobile or a name of the chain's own.",
            "收银机种类，供只在某些机器上做的促销使用：counter、self、mobile 或自定名称。",
        ),
    ] = "counter"
    printer: PrinterConfig = PrinterConfig()
    scanners: tuple[ScannerConfig, ...] = ()
    agent: AgentConfig = AgentConfig()
    screen: ScreenConfig = ScreenConfig()
    keys: Annotated[
        dict[str, str],
        setting(
            'Keys of this till, by function code: repeat = "f5,ctrl+r". They lie over those of the store.',
            '本机按键，按功能代码：repeat = "f5,ctrl+r"。优先于门店的设置。',
        ),
    ] = msgspec.field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder of the till's files."""
        return Path(self.data)


def read_config(path: Path, environ: Mapping[str, str]) -> TerminalConfig:
    """The settings in this file, `data` made absolute; ConfigError with the key that is wrong and what to do."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), "", zh=f"无法读取：{error}。", en=f"cannot be read: {error}.") from error
    config = load(text, TerminalConfig, environ, source=str(path))
    _check(config, str(path))
    return msgspec.structs.replace(config, data=str((path.parent / config.data).resolve()))


def _check(config: TerminalConfig, source: str) -> None:
    """What one field alone cannot say."""
    if config.printer.kind == "network" and not config.printer.host:
        raise ConfigError(source, "printer.host", zh="缺少打印机地址 printer.host。", en="printer.host is missing.")
    if config.printer.kind in ("serial", "file") and not config.printer.path:
        raise ConfigError(source, "printer.path", zh="缺少打印机设备 printer.path。", en="printer.path is missing.")
    for number, scanner in enumerate(config.scanners):
        if scanner.kind != "keyboard" and not scanner.path:
            key = f"scanners[{number}].path"
            raise ConfigError(source, key, zh=f"缺少扫描枪设备 {key}。", en=f"{key} is missing.")
    if sum(scanner.kind == "keyboard" for scanner in config.scanners) > 1:
        raise ConfigError(source, "scanners", zh="键盘扫描枪只能写一个。", en="there can be one keyboard scanner only.")
