"""Opens a till from its settings: files, printer, scanners, keys. Loaded behind the first screen, not before it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from devices.printer import Printer
from devices.profiles import PROFILES, PrinterProfile
from devices.registry import DeviceConfigError, make_printer, make_scanner
from devices.scanner import Scanner
from devices.scanners.keyboard import BurstDetector, KeyboardScanner
from pos_terminal.actions import FoundItem
from pos_terminal.app import TillApp
from pos_terminal.checkout.commands import Command, Told
from pos_terminal.checkout.effects import Effect
from pos_terminal.checkout.state import CheckoutState, Level
from pos_terminal.config import PrinterConfig, ScannerConfig, TerminalConfig
from pos_terminal.flow import Flow
from pos_terminal.keymap import till_keys
from pos_terminal.till import Till
from pos_terminal.widgets.view import Chrome, Status, unit_price_text
from retail.gtin import has_valid_check_digit
from retail.keymap import Keymap

_log = logging.getLogger(__name__)


class OpenedTill:
    """A till with its files, as the screen needs it. Settings that come down later change its keys at once."""

    def __init__(self, till: Till, own_keys: Mapping[str, str], post: Callable[[Command], None]) -> None:
        self.till = till
        self._own_keys = own_keys
        self._post = post
        self._store_keys: Mapping[str, str] | None = None
        self._keys = till_keys().keymap
        self._renew_keys()

    @property
    def state(self) -> CheckoutState:
        """The till as it stands."""
        return self.till.state

    @property
    def keys(self) -> Keymap:
        """The keys in use: the defaults, the store's, this till's."""
        self._renew_keys()
        return self._keys

    def submit(self, command: Command) -> CheckoutState:
        """The state that follows."""
        return self.till.submit(command)

    def search(self, text: str, limit: int) -> Sequence[FoundItem]:
        """Goods by name, pinyin initials or code, with what they cost now."""
        currency = self.till.terms.currency
        return [
            FoundItem(
                found.item,
                found.name,
                found.code,
                f"{unit_price_text(found.unit_price, currency)}/{found.unit}" if found.unit_price is not None else "-",
            )
            for found in self.till.search(text, limit)
        ]

    def chrome(self) -> Chrome:
        """Store, clock and lamps now; takes up what has come down meanwhile."""
        lamp = self.till.tick()
        clock = self.till.clock
        identity = self.till.files.identity
        return Chrome(
            store=self.till.terms.store_name or identity.store_name or identity.store,
            till=identity.till,
            clock=f"{clock.local(clock.now().at_ms):%m-%d %H:%M}",
            status=Status(lamp.online, lamp.unsent, self.till.printing.lamp, len(self.till.feeds.skipped)),
            currency=self.till.terms.currency,
        )

    def close(self) -> None:
        """Ends everything that is under way, then closes the files."""
        self.till.close()

    def _renew_keys(self) -> None:
        """Make the keymap anew when the store's settings have changed; a clash is told, not fatal."""
        store_keys = self.till.terms.keymap
        if store_keys is self._store_keys:
            return
        self._store_keys = store_keys
        made = till_keys(store_keys, self._own_keys)
        self._keys = made.keymap
        for clash in made.clashes:
            _log.warning("%s", clash.describe("en"))
            detail = clash.describe("zh" if self.state.language == "zh_CN" else "en")
            self._post(Told("keys_clash", Level.FAULT, (("detail", detail),)))


def open_flow(config: TerminalConfig, app: TillApp) -> Flow:
    """Everything open behind the screen. Raises StoreError, IdentityError, KeyFileError, DeviceConfigError."""

    def open_till(post: Callable[[Command], None], show: Callable[[Effect], None]) -> OpenedTill:
        till = Till.open(
            config.folder,
            printer=printer_of(config.printer),
            profile=profile_of(config.printer),
            language=config.language,
            terminal=config.terminal,
            post=post,
            show=show,
            software=software_name(),
            agent_deadline_s=config.agent.deadline_ms / 1000,
            socket=config.folder / config.agent.socket,
        )
        return OpenedTill(till, config.keys, post)

    keyboard = next((scanner for scanner in config.scanners if scanner.kind == "keyboard"), None)
    return Flow(
        app,
        open_till,
        scanners=scanners_of(config),
        keyboard=keyboard_scanner(keyboard) if keyboard else None,
        keyboard_gap_s=keyboard.gap_max_ms / 1000 if keyboard else 0.0,
        beep=config.screen.beep,
    )


def printer_of(printer: PrinterConfig) -> Printer | None:
    """The printer's driver; None where there is no printer."""
    return None if printer.kind == "none" else make_printer(printer.kind, printer.options())


def profile_of(printer: PrinterConfig) -> PrinterProfile:
    """The model's habits, with the drawer's pin of this counter."""
    if printer.profile not in PROFILES:
        raise DeviceConfigError(f"no printer profile {printer.profile!r}; there are {', '.join(PROFILES)}")
    profile = PROFILES[printer.profile]
    if not printer.drawer_pin:
        return profile
    return replace(profile, drawer_pin=printer.drawer_pin)


def scanners_of(config: TerminalConfig) -> list[Scanner]:
    """The scanners with a line or event node of their own."""
    return [
        make_scanner(scanner.kind, f"scanner{number}", scanner.options())
        for number, scanner in enumerate(config.scanners, 1)
        if scanner.kind != "keyboard"
    ]


def keyboard_scanner(config: ScannerConfig) -> KeyboardScanner:
    """A scanner that types into the terminal. Digits are a code only with a right check digit: fingers are quick."""

    def accept(code: str) -> bool:
        return not code.isdigit() or has_valid_check_digit(code)

    return KeyboardScanner(
        "keyboard", BurstDetector(gap_max_s=config.gap_max_ms / 1000, prefix=config.prefix, accept=accept)
    )


def software_name() -> str:
    """Name and version of this program, for the journal's record."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"zhanggui {version('zhanggui')}"
    except PackageNotFoundError:
        return "zhanggui"
