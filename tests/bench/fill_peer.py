"""Fills a database of kanban-tui by its own functions: nine columns, so many tasks in turn.

Run by the interpreter that has kanban-tui, with the number of tasks and a folder as arguments.
"""

import sys
from pathlib import Path

from kanban_tui.backends.sqlite import database
from kanban_tui.config import Settings

_COLUMNS = ("Support", "Customer", "Scoping", "Progress", "Blocked", "Approval")
_CLOSED = ("Done", "Canceled", "Declined")


def main(tasks: int, folder: Path) -> None:
    """Write `kanban.db` and `config.toml`; the environment names both for kanban-tui."""
    path = str(folder / "kanban.db")
    database.init_new_db(path)
    database.run_migrations(path)
    names = (*_COLUMNS, *_CLOSED)
    database.create_new_board_db("Desk", ":bug:", dict.fromkeys(names, True), path)
    columns = [column.column_id for column in database.get_all_columns_on_board_db(1, path)]
    for index in range(tasks):
        title = f"T{index:06} printer does not print"
        database.create_new_task_db(title, columns[index % len(columns)], database=path)
    settings = Settings()
    settings.backend.sqlite_settings.database_path = path
    settings.board.columns_in_view = len(names)
    settings.save(str(folder / "config.toml"))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
