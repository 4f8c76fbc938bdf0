"""The command that says who of the machine may open a desk that is a file."""

from pathlib import Path

import click

from deskconsole.cli.session import Session, pass_session, say, tell
from deskconsole.errors import BadInput
from deskconsole.lifecycle.access import Right


@click.command()
@click.option("--group", metavar="GROUP", help="Let the members of GROUP open it.")
@click.option("--private", is_flag=True, help="Let only its owner open it again.")
@pass_session
def share(session: Session, group: str | None, private: bool) -> None:
    """Show who may open the desk's file, or say so: its owner, or a group as well.

    Whoever may open the file may act under any name: the file's permissions are the boundary.
    Members of the group need to write in its folder too, even to look; for somebody who is not to
    write, make a copy with `export`.
    """
    if group is not None and private:
        raise BadInput("--group and --private exclude each other; give one")
    desk = session.looked_at
    path = Path(desk.store.name)
    if not path.is_file():
        raise BadInput(f"{desk.store.name} is no file; its server says who may open it")
    from deskconsole.store import sharing

    needs = None
    if group is not None or private:
        desk.may(session.me, Right.SHARE)
    if group is not None:
        needs = sharing.let_in(path, group)
    elif private:
        sharing.keep_private(path)
    say(f"{path} can be opened by {sharing.opened_by(path)}")
    if needs is not None:
        tell(f"its folder is not yet theirs to write in; say: {needs}")


COMMANDS = (share,)
