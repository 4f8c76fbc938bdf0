"""The console: the application around the screens, and how it ends."""

import asyncio
import gc
import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar, Self

from rich.console import RenderableType
from rich.text import Text
from textual import events, on, work
from textual._compositor import CompositorUpdate
from textual.actions import ActionParseResult
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen
from textual.timer import Timer

from deskconsole.errors import DeskError
from deskconsole.glance.sight import Sight
from deskconsole.lifecycle.access import a_role, denied
from deskconsole.model import Alert
from deskconsole.store.standing import Standing
from deskconsole.taste import NO_TASTE, THEMES, Taste, remember_theme, taste_file
from deskconsole.tui.actions import bindings_everywhere, right_for
from deskconsole.tui.alarm import Alarm
from deskconsole.tui.board_screen import BoardScreen
from deskconsole.tui.desk_screen import DeskScreen
from deskconsole.tui.inks import readable_variables
from deskconsole.tui.keyboard import settle
from deskconsole.tui.keyed import KeyedApp
from deskconsole.tui.link import (
    WAIT_SECONDS,
    DeskChanged,
    FollowsDesk,
    Link,
    LinkState,
    OthersMoved,
    RoleChanged,
    ShowsOthers,
)
from deskconsole.tui.looks import first_looks
from deskconsole.tui.picture import Picture
from deskconsole.tui.shown import Frame
from deskconsole.tui.terminal import ConsoleDriver, console_driver

log = logging.getLogger(__name__)

_TYPE_AHEAD_SECONDS = 0.5  # how long a key may hold up the next ones at most
_DESK_SECONDS = 5.0  # and where they wait for what the desk is asked
_GLANCE_SECONDS = 0.002  # between two looks whether the next key can be taken
_PAINT_SECONDS = 0.3  # how long what is to be cleared away waits for a frame at most
_REST_SECONDS = 0.3  # after the start, until what can wait is done
# As Python has it, but that to look through all objects, which takes as long as to paint many
# keys, is left to moments in which nobody types, as long as there are such moments.
_COLLECTIONS = (700, 10, 1000)
_DUE = 10  # collections of the younger objects after which all are looked through
_CLOCK_SECONDS = 15  # between two looks at what time alone has brought
_IDLE_SECONDS = 2.0  # between two looks at whether anybody types
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_FAILED = "deskconsole: the console failed, which is its own fault; tell whoever keeps this desk"
_LAST_SECONDS = 3.0  # that a signal gives the console to end in good order

# Keeps the looks of a board, for as long as these files stay as they are.
LeaveBehind = Callable[[dict[str, str], Iterable[str]], None]


def styles_folder() -> Path:
    """Where the stylesheets are: inside an installed package, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "styles"
    return inside if inside.is_dir() else package.parent / "styles"


class Console(KeyedApp):
    """The desk on a whole screen, until it is left or the process is told to end.

    Textual's own keys are not inherited: ^q would leave in the middle of a half-written reply.
    """

    ENABLE_COMMAND_PALETTE = False
    TITLE = "deskconsole"
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_everywhere())

    def __init__(
        self,
        link: Link,
        taste: Taste = NO_TASTE,
        sight: Sight | None = None,
        leave_behind: LeaveBehind | None = None,
        *,
        restricted: bool = False,
    ) -> None:
        self._plain = bool(os.environ.get("NO_COLOR"))
        self._sight = sight
        # Said at once, because Textual chooses here how it leaves colours out.
        super().__init__(
            settle(taste.keys),
            restricted=restricted,
            ascii=taste.ascii,
            css_path=sorted(styles_folder().glob("*.tcss")),
            ansi_color=True if self._plain else None,
        )
        self.theme = self._shown_in(taste.theme if taste.theme in THEMES else NO_TASTE.theme)
        self.link = link
        self._leave_behind = leave_behind
        self._alarm = Alarm(link, self._tell_alerts, self.bell if taste.bell else lambda: None)
        self._standing: Standing | None = None  # of the desk, as it was told last
        self._is_leaving = False
        self._is_covered = True  # nothing is shown until it is the board
        self._covered = ExitStack()
        self._complaints = (*taste.complaints, *self.keyboard.complaints)
        self._key: events.Key | None = None  # the key that is being taken in
        self._was_typed = False  # a key came since it was last looked at
        self._handed_on = False  # it is on its way to a widget
        self._typed_ahead: deque[events.Key] = deque()
        self._taking_in: asyncio.Task[None] | None = None
        self._fading: Timer | None = None  # runs until somebody fades who is at a ticket

    def get_default_screen(self) -> Screen[None]:
        """The board, beneath whatever else is opened."""
        return BoardScreen(self.link, self.uncover)

    def on_load(self) -> None:
        """Let a signal end the console in good order, from before it takes the terminal."""
        loop = asyncio.get_running_loop()

        def end(number: int, frame: FrameType | None) -> None:
            resort = threading.Timer(_LAST_SECONDS, self._end_alone, (number,))
            resort.daemon = True
            resort.start()
            loop.call_soon_threadsafe(partial(self.exit, return_code=128 + number))

        self._handlers = {number: signal.signal(number, end) for number in _SIGNALS}

    def on_mount(self) -> None:
        """Begin to follow the desk; the board is shown once it has been read."""
        self._covered.enter_context(self.batch_update())
        self.set_timer(WAIT_SECONDS, self.uncover)
        self.link.tell(self)

    def uncover(self) -> None:
        """Show what there is, from now on: the desk was read, or takes long."""
        if self._is_covered:
            self._is_covered = False
            self._covered.close()
            self.screen.refresh()
            self._wait_for_key()
            self.call_after_refresh(self.link.start)
            self.set_timer(_REST_SECONDS, self._settle)
            self.set_interval(_CLOCK_SECONDS, self._look_for_alerts)
            if self._complaints:
                first, *others = self._complaints
                more = f" (and {len(others)} more)" if others else ""
                self._say(f"{first}{more}; see deskconsole config --check", "bad")
            if self._sight is None and self._leave_behind is not None:
                self.set_timer(_REST_SECONDS, self._remember_looks)

    def _settle(self) -> None:
        """Make ready what a key may ask for; what was made until then is no garbage.

        The collector never looks at it, and at the rest seldom.
        """
        board = next(iter(self.screen_stack), None)  # none where it was left already
        if isinstance(board, BoardScreen):
            board.make_ready()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_COLLECTIONS)
        self.set_interval(_IDLE_SECONDS, self._collect)

    def _collect(self) -> None:
        """Look through all objects for garbage, if that is due and nobody types."""
        if not self._was_typed and gc.get_count()[2] >= _DUE:
            gc.collect()
        self._was_typed = False

    async def _remember_looks(self) -> None:
        """Leave behind in which looks the board is painted."""
        board = next(iter(self.screen_stack), None)  # none where it was left already
        if self._leave_behind is not None and isinstance(board, BoardScreen):
            files = [str(file) for file in self.css_path]
            await asyncio.to_thread(self._leave_behind, first_looks(board), files)

    def _shown_in(self, theme: str) -> str:
        """The theme itself, or the terminal's own colours where it has but sixteen, or none."""
        wanted = self.available_themes[theme]
        if self._plain or (self._sixteen and not wanted.ansi):
            return "ansi-dark" if wanted.dark else "ansi-light"
        return theme

    @property
    def _sixteen(self) -> bool:
        return self.console.color_system == "standard"

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables, with colours of words that can be read."""
        variables = super().get_css_variables()
        return variables if self.current_theme.ansi else variables | readable_variables(variables)

    def get_driver_class(self) -> type[Driver]:
        """The platform's driver, as the console needs it."""
        return console_driver(super().get_driver_class(), ascii=self.ascii, sight=self._sight)

    def refresh(
        self, *, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Paint everything, whatever the terminal shows by now.

        Textual asks for a layout whenever a widget is gone; then the terminal is as it was.
        """
        if isinstance(self._driver, ConsoleDriver) and not layout:
            self._driver.shown.forget()
        return super().refresh(repaint=repaint, layout=layout, recompose=recompose)

    async def _replace_screen(self, screen: Screen[Any]) -> Screen[Any]:
        """Clear a screen away once what stood below it is painted: that would wait for it else."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PAINT_SECONDS):
                while self._batch_count:
                    await asyncio.sleep(_GLANCE_SECONDS)
                painted = asyncio.Event()
                if self.screen.call_after_refresh(painted.set):
                    await painted.wait()
        return await super()._replace_screen(screen)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send of a frame what differs from what the terminal shows, if anything does."""
        driver = self._driver
        if (
            isinstance(driver, ConsoleDriver)
            and isinstance(renderable, CompositorUpdate)
            and not self._batch_count  # then it is not shown at all
        ):
            text = driver.shown.difference(renderable, self.console)
            still = self.cursor_position == self._previous_cursor_position
            renderable = None if still and not text else Frame(text)
        super()._display(screen, renderable)

    async def on_event(self, event: events.Event) -> None:
        """Take keys one after the other: what is typed ahead waits for its dialog."""
        if isinstance(event, events.Resize) and isinstance(self._driver, ConsoleDriver):
            self._driver.shown.forget()
        if not isinstance(event, events.Key):
            await super().on_event(event)
            return
        self._was_typed = True
        if event.is_forwarded:
            await super().on_event(event)
            # No widget took it: it came up to here, and has done what it is bound to, but for what
            # that asked of the application, which is done before this is.
            if event is self._key and isinstance(self.focused, Picture | None):
                self.call_later(self._taken, event)
        elif self._is_covered:  # it is meant for what the first sight shows, or nobody sees yet
            self._typed_ahead.append(event)
        elif self._key is None or self._key is event:
            self._key = event
            if isinstance(self.screen, DeskScreen) and isinstance(self.focused, Picture | None):
                await self._do(event, self.screen)
            else:
                await super().on_event(event)
            self._handed_on = True
            self._wait_for_key()
        else:
            self._typed_ahead.append(event)
            self._wait_for_key()

    async def _do(self, key: events.Key, screen: DeskScreen) -> None:
        """Do what a key is bound to where no widget takes keys: at once, in no widget's queue."""
        self.app_focus = True
        screen.on_key(key)
        await screen.handle_key(key)
        await self._check_bindings(key.key)
        if self.message_queue_size:  # maybe what the key asked of the application
            self.call_later(self._taken, key)
        else:
            self._taken(key)

    def _taken(self, key: events.Key) -> None:
        """A key of our own screens has done what it does; the next need not wait."""
        if key is self._key and self._stands and not self._typed_ahead:
            self._key = None

    @property
    def _stands(self) -> bool:
        """Whether the screen takes keys."""
        return self.screen.is_mounted and getattr(self.screen, "ready", True)

    def _wait_for_key(self) -> None:
        """See to it that what is typed ahead is taken once the key before it is done."""
        if self._typed_ahead and (self._taking_in is None or self._taking_in.done()):
            self._taking_in = asyncio.create_task(self._taken_in())

    async def _taken_in(self) -> None:
        """Wait until a key has done what it does and a new screen stands; then take the next.

        Where a screen of the desk waits for the desk too long, what is typed ahead is given up: it
        was meant for what that would have shown.
        """
        with suppress(TimeoutError):  # whatever holds a key up, the next are not held for longer
            async with asyncio.timeout(_TYPE_AHEAD_SECONDS):
                while self._key is not None and not self._handed_on:
                    await asyncio.sleep(0)
                # Up to the application, where bindings are looked up; then what these answered.
                await self._passed()
                await self._passed()
                while not self._stands:
                    await asyncio.sleep(_GLANCE_SECONDS)
        try:
            async with asyncio.timeout(_DESK_SECONDS):
                while isinstance(self.screen, DeskScreen) and not self._stands:
                    await asyncio.sleep(_GLANCE_SECONDS)
        except TimeoutError:
            self._typed_ahead.clear()
            self._key = None
            self._say("the desk has not answered yet; what you typed meanwhile was not done", "bad")
            return
        self._key, self._handed_on = self._typed_ahead.popleft(), False
        self.post_message(self._key)

    async def _passed(self) -> None:
        """Follow a key from the focused widget up to the application, by a mark in every queue."""
        for pump in (self.focused or self.screen).ancestors_with_self:
            passed = asyncio.Event()
            if pump.call_later(passed.set):
                await passed.wait()

    def action_how_to_leave(self) -> None:
        """Say what ^c does not do."""
        first = self.keyboard.first
        self._say(f"{first('console.quit')} leaves the console; {first('walk.back')} goes back")

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do an action, or say why whoever sits here may not."""
        right = None
        if isinstance(action, str) and isinstance(default_namespace, DeskScreen):
            right = right_for(action)
        why_not = denied(self.link.me.role, right) if right else None
        if why_not is not None:
            self._say(why_not, "bad")
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def _say(self, text: str, look: str = "quiet") -> None:
        if isinstance(self.screen, DeskScreen):
            self.screen.say(text, look)

    def action_mouse(self) -> None:
        """Leave the mouse to the terminal, or take it back."""
        driver = self._driver
        if not isinstance(driver, ConsoleDriver):
            return  # no terminal, no mouse
        driver.take_mouse(not driver.has_mouse)
        key = self.keyboard.first("console.mouse")
        if driver.has_mouse:
            self._say(f"the mouse is the console's again; {key} leaves it to the terminal")
        else:
            self._say(f"the mouse is the terminal's, to select text; {key} takes it back")

    def action_themes(self) -> None:
        """Choose a theme, and remember it."""
        if self._plain:
            self._say("NO_COLOR is set in the environment: there are no colours to choose", "bad")
        else:
            themes = [name for name in THEMES if self._shown_in(name) == name]
            from deskconsole.tui.themes import ThemePicker

            self.push_screen(ThemePicker(themes), self._theme_chosen)

    async def _theme_chosen(self, name: str | None) -> None:
        if name is None:
            return
        if self.restricted:
            self._say(f"{name} holds until you leave")
            return
        file = taste_file()
        try:
            # Off the loop: the disk may be slow, and the writer of TOML is imported only now.
            await asyncio.to_thread(remember_theme, file, name)
        except DeskError as error:
            self._say(f"{error}; the theme holds until you leave", "bad")
        else:
            self._say(f"{name} is remembered in {file}")

    async def _shutdown(self) -> None:
        self._is_leaving = True
        await super()._shutdown()

    def _fatal_error(self) -> None:
        """Say what went wrong where whoever sits here can do something about it."""
        if not self.restricted:
            super()._fatal_error()
            return
        log.debug("the console failed", exc_info=self._exception)
        self._exit_renderables.append(Text(_FAILED))
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        """End with what went wrong; not while it ends anyway, which leaves dialogs half made."""
        if self._exit or self._is_leaving:
            log.debug("while the console ended: %r", error)
        else:
            super()._handle_exception(error)

    def _end_alone(self, number: int) -> None:
        """End although the terminal takes nothing in any more, or the loop is held up."""
        if isinstance(self._driver, ConsoleDriver):
            self._driver.give_back()
        os._exit(128 + number)

    def on_unmount(self) -> None:
        """Give the signals back."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    @on(events.DescendantFocus)
    def _hold_still(self, event: events.DescendantFocus) -> None:
        """Where nothing is to be animated, the cursor of a line does not blink."""
        if self.animation_level == "none" and hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

    @on(DeskChanged)
    def _changed(self, message: DeskChanged) -> None:
        if self._exit:
            return  # nobody will see it
        for screen in self.screen_stack:
            if isinstance(screen, FollowsDesk):
                screen.desk_changed(message.standing)
        before, self._standing = self._standing, message.standing
        if before is not None and not message.standing.goes_on_from(before):
            self._alarm.desk_restored()
        self._look_for_alerts()

    @work
    async def _look_for_alerts(self) -> None:
        """Keys go on meanwhile, and nothing is left over where the console ends meanwhile."""
        await self._alarm.look()

    def _tell_alerts(self, alerts: Sequence[Alert]) -> None:
        """Say it where whoever sits here looks, or will look next."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, DeskScreen):
                screen.tell_alerts(alerts)
                return

    @on(LinkState)
    def _link(self, message: LinkState) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen) and screen.is_mounted:
                if message.healed:
                    screen.link_healed()
                screen.link_changed()

    @on(RoleChanged)
    def _role_changed(self) -> None:
        """Go on as what one is now; who may look no more is put out."""
        if self.link.put_out is not None:
            self.exit()
            return
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen) and screen.is_mounted:
                screen.say(f"you are {a_role(self.link.me.role)} from now on", "label")
                screen.reload()

    @on(OthersMoved)
    def _others_moved(self) -> None:
        """Show who else is where, now and when the next of them fades."""
        for screen in self.screen_stack:
            if isinstance(screen, ShowsOthers) and screen.is_mounted:
                screen.others_moved()
        if self._fading is not None:
            self._fading.stop()
        left = self.link.fade_seconds()
        if left is not None:
            self._fading = self.set_timer(left, self._others_moved)
