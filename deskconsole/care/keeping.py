"""Backup, restore and move: a desk as a whole, in another place.

Each is done whole or not at all, and what it made is compared with what it was made from before
anybody is told that it is done.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from deskconsole.calendar import today
from deskconsole.desk.desk import Desk
from deskconsole.errors import BadInput, Damaged, Moved, StoreDown
from deskconsole.frozen import Record
from deskconsole.lifecycle.access import Right
from deskconsole.store.copying import Progress, copy_desk
from deskconsole.store.deskfile import refuse_stray_journal
from deskconsole.store.files import (
    Holding,
    copy_to_file,
    fresh_file,
    holding,
    is_backup,
    is_sound,
    open_alike,
    overwrite,
    put_in_place,
    set_aside,
    settle,
    unpacked,
    writing_to,
)
from deskconsole.store.standing import MOVED, moved_words
from deskconsole.store.store import Store, desk_file, open_store, store_name
from deskconsole.transfer import export_lines
from deskconsole.words import plural


class Restored(Record):
    """What a desk holds again, and where what it held before is kept, or its damaged file lies."""

    held: Holding
    kept: Path | None = None
    aside: Path | None = None


def keep(
    desk: Desk, name: str, file: Path, progress: Progress, *, replace: bool = False
) -> Holding:
    """`backup` by whoever has the login `name`: one who may look at the whole desk.

    An account that is nobody here may too: it is the machine's own, such as cron's.
    """
    known = desk.known(name)
    if known is not None:
        desk.may(known, Right.LOOK)
    return backup(desk.store, file, progress, replace=replace)


def backup(store: Store, file: Path, progress: Progress, *, replace: bool = False) -> Holding:
    """Keep the desk, as it is at one moment, in a new file; what that holds.

    Others may go on writing. BadInput if there is a file already, unless it is to be replaced and
    is a backup.
    """
    if file.exists() and not replace:
        raise BadInput(f"{file} is there already; name another file, or --replace it")
    if store.file is not None and file.exists() and file.samefile(store.file):
        raise BadInput(f"{file} is the desk itself; name another file")
    if file.exists() and not is_backup(file):
        raise BadInput(f"{file} is no backup, so it is not replaced; name another file")
    with fresh_file(file, replace=replace) as beside:
        return copy_to_file(store, beside, progress)


def restore(
    url: str, file: Path, name: str, now: datetime, progress: Progress, *, replace: bool = False
) -> Restored:
    """Put a backup in place of the desk that `url` names; the desk need not be there, or be sound.

    A desk that is in use is a lead's to replace: `name` is the login of who does.

    A desk that has been worked on is only replaced if asked for, and kept in a backup first;
    consoles that are open on it show the restored desk from then on. Where anything fails, the
    desk stays as it was.
    """
    path = desk_file(url)
    if path is not None:
        refuse_stray_journal(path)
    kept = aside = None
    with unpacked(file, path or file, now, progress) as source:
        if path is None:
            kept = _into_server(url, source, file, name, now, progress, replace=replace)
        elif not path.exists() or not path.stat().st_size:
            put_in_place(source, path, replace=path.exists())
        elif _sound(path):
            kept = _into_file(path, source, name, now, progress, replace=replace)
        elif not replace:
            raise Damaged(f"{path} is damaged; --replace puts the backup there and keeps the file")
        else:
            open_alike(path, source)
            aside = set_aside(path, _stamp(now))
            put_in_place(source, path)
    with closing(open_store(url)) as store:
        return Restored(holding(store), kept, aside)


def _sound(path: Path) -> bool:
    try:
        open_store(str(path)).close()
        return is_sound(path)
    except Damaged:
        return False


def _into_file(
    path: Path, source: Path, name: str, now: datetime, progress: Progress, *, replace: bool
) -> Path | None:
    kept: list[Path] = []

    def locked() -> None:
        with closing(open_store(str(path))) as store:
            kept.extend(_kept(store, path, name, now, progress, replace=replace))

    with _kept_if_done(kept):
        overwrite(path, source, locked, progress)
    return kept[0] if kept else None


def _into_server(
    url: str,
    source: Path,
    file: Path,
    name: str,
    now: datetime,
    progress: Progress,
    *,
    replace: bool,
) -> Path | None:
    kept: list[Path] = []
    with (
        _kept_if_done(kept),
        closing(open_store(url)) as store,
        closing(open_store(str(source))) as backed_up,
        store.writing(),
    ):
        store.take_time()
        kept.extend(_kept(store, file, name, now, progress, replace=replace))
        held = holding(backed_up)
        copy_desk(backed_up, store, sum(held.rows.values()), progress)
        if holding(store) != held:
            raise StoreDown(f"{store.name} would not hold what the backup does; it is as it was")
    return kept[0] if kept else None


@contextmanager
def _kept_if_done(kept: list[Path]) -> Iterator[None]:
    """Backups of a desk that was to be replaced do not stay where it was not."""
    try:
        yield
    except BaseException:
        for file in kept:
            file.unlink(missing_ok=True)
        raise


def _kept(
    store: Store, beside: Path, name: str, now: datetime, progress: Progress, *, replace: bool
) -> Iterator[Path]:
    """Where the desk that is about to be replaced is kept; nowhere if nobody has worked there."""
    held = holding(store)
    if held.unused:
        return
    if not replace:
        raise BadInput(
            f"{store.name} is in use, with {plural(held.tickets, 'ticket')}; "
            "--replace keeps a backup of it and puts this one in its place"
        )
    _may(Desk(store, lambda: now), name, Right.RESTORE)
    file = beside.with_name(f"{beside.stem}-before-{_stamp(now)}.db")
    backup(store, file, progress)
    yield file


def _stamp(now: datetime) -> str:
    return now.astimezone().strftime("%Y%m%d-%H%M%S")


def _may(desk: Desk, name: str, right: Right) -> None:
    """Refused or NotFound where somebody works here, unless `name` is one who may."""
    known = desk.known(name)
    if known is not None:
        desk.may(known, right)
    elif desk.store.staff():
        desk.member(name)


def move(desk: Desk, name: str, target: str, progress: Progress) -> tuple[str, Holding]:
    """Move a desk to a new place; the place's name and what it holds.

    It is a lead's to do: `name` is the login of who does. Nobody can write to the desk meanwhile.
    It stays as it was, but whoever uses it is told from then on that it has moved. BadInput if
    there is a desk at the target already.
    """
    path = desk_file(target)
    _may(desk, name, Right.RELOCATE)
    if path is None:
        return _to_server(desk, target, progress)
    if path.exists():
        raise BadInput(f"{path} is there already; name a new file")
    return str(path), _to_file(desk, path, progress)


def _to_file(desk: Desk, path: Path, progress: Progress) -> Holding:
    """The copy takes its name once the desk says that it has moved, so that two never live."""
    source, moved = desk.store, False
    try:
        with fresh_file(path) as beside:
            copy = beside.stat()
            with source.writing():
                source.take_time()
                with writing_to(path):  # and no error of the desk's own
                    held = copy_to_file(source, beside, progress)
                with closing(open_store(str(beside))) as store:
                    _compare(desk, store, held, progress)
                settle(beside)
                moved = True
                _leave(desk, str(path))
            if source.file is not None:
                settle(Path(f"{source.file}-wal"))  # SQLite would let what was said there wait
        return held
    except BaseException:
        if moved and not (path.exists() and os.path.samestat(path.stat(), copy)):
            source.unset_policy(MOVED)
        raise


def _to_server(desk: Desk, target: str, progress: Progress) -> tuple[str, Holding]:
    source = desk.store
    with source.writing():
        source.take_time()
        with closing(_new_place(target)) as store, store.writing():
            store.take_time()
            if not holding(store).unused:
                raise BadInput(f"there is a desk at {store.name} already; name a new place")
            held = holding(source)
            copy_desk(source, store, sum(held.rows.values()), progress)
            _compare(desk, store, held, progress)
            _leave(desk, store.name)
            return store.name, held


def _new_place(target: str) -> Store:
    try:
        return open_store(target)
    except Moved as error:
        raise BadInput(
            f"there is a desk at {store_name(target)} already, that moved to {error.place}; "
            "name an empty database"
        ) from None


def _compare(desk: Desk, store: Store, held: Holding, progress: Progress) -> None:
    """StoreDown unless the other desk holds the same, and exports the same to the byte."""
    same = holding(store) == held
    lines = zip_longest(export_lines(desk), export_lines(Desk(store, desk.clock)))
    for number, (here, there) in enumerate(lines if same else (), start=1):
        same = same and here == there
        progress("comparing", number, held.tickets)
    if not same:
        raise StoreDown(
            f"{store.name} does not hold what {desk.store.name} does; nothing was moved"
        )


def _leave(desk: Desk, place: str) -> None:
    day = today(desk.clock(), desk.store.policy().timezone)
    desk.store.set_policy(MOVED, moved_words(place, day.isoformat()))
