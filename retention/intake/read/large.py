"""Files on disk that no memory holds: read a piece at a time, their customers counted in groups of rows that are alike.

What comes of it is a table like any other, with a column that says for how many customers a row stands.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from retention import labels
from retention.coded import coded
from retention.engines.on_disk import GROUP, MANY, ROW, grouped
from retention.errors import Choice, IntakeError, NeedsAnswer, Question, RetentionError
from retention.intake.columns.covered_days import covered_days
from retention.intake.columns.layouts import laid_out
from retention.intake.columns.names import listed, parts_named
from retention.intake.columns.recognise import Roles, find_roles
from retention.intake.columns.registry import END_COLUMNS
from retention.intake.interpret.trials import is_of_trial
from retention.intake.read.checks import LARGEST, kind_of
from retention.intake.read.formats.columnar import column_text
from retention.intake.read.formats.naming import typed_names
from retention.intake.read.formats.records import Entry
from retention.intake.read.pieces import DELIMITED, Account, in_pieces
from retention.intake.read.sandbox import Watch, read_table, temporary_files
from retention.intake.table import COUNT, Dialect, Table
from retention.intake.values.dates import is_empty
from retention.ledger import entries
from retention.rules import Rules

MOST_ROWS = 10_000_000
"""Rows of a typed file up to which every customer is held by itself."""
MOST_WORDS = 200
"""Different cells up to which a column describes customers, rather than telling one from another."""
_SAMPLE, _PLACES = 50_000, 10
_SHOWN = "__shown"
_SHEET_ERROR, _DAMAGED = r"^#[A-Z0-9/]+[!?]$", r"^\d([.,]\d+)?[eE]\+\d+$"
_BEFORE_MIDNIGHT = (
    r"^(\d{4}-\d\d-\d\d[T ])(?:[01]\d:[0-5]\d|2[0-2]:[0-5]\d|23:[0-4]\d|23:5[0-8])(?::[0-5]\d(?:[.,]\d+)?)?(Z| ?UTC)?$"
)
"""A moment of a day but for its last minute, which says that the day is covered."""


@dataclass(frozen=True)
class _Opened:
    """A file on disk as a lazy table, its rows numbered in ``ROW``.

    Attributes:
        rows: the table.
        height: how many rows there are.
        size: bytes on disk.
        dialect: how it is written.
        account: what was set aside and mended on the way.
    """

    rows: pl.LazyFrame
    height: int
    size: int
    dialect: Dialect
    account: Account

    @property
    def headers(self) -> list[str]:
        return [name for name in self.rows.collect_schema() if name != ROW]


def is_on_disk(source: str | Path | bytes, max_bytes: int = LARGEST, max_rows: int = MOST_ROWS) -> bool:
    """Whether a source is a file that is read a piece at a time: a folder, a database, or one too large to be held."""
    if isinstance(source, bytes):
        return False
    path = Path(source).expanduser()
    if path.is_dir():
        return True
    if not path.is_file():
        return False
    head = _head(path)
    if _is_database(head):
        return True
    if head.startswith(b"PAR1"):
        return path.stat().st_size > max_bytes or _rows_of(path) > max_rows
    return path.stat().st_size > max_bytes and _may_be_text(head)


def read_on_disk(
    source: str | Path,
    *,
    name: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    answers: Mapping[str, str] | None = None,
    max_bytes: int = LARGEST,
    max_rows: int = MOST_ROWS,
    watch: Watch | None = None,
) -> Table:
    """The table of a folder of Parquet files, of a DuckDB file, or of a file too large to be held.

    Up to ``max_bytes`` and ``max_rows`` it holds every row; beyond them it holds groups of customers whose rows are
    alike.

    Raises:
        IntakeError: what the file is, and why it cannot be counted in groups.
        NeedsAnswer: which table is meant, or which column is the customer.
    """
    path = Path(source).expanduser()
    try:
        with _opened(path, answers or {}, max_bytes, watch) as opened:
            if opened.size <= max_bytes and opened.height <= max_rows:
                return _whole(opened, name or path.name, answers)
            return _counted(opened, name or path.name, path, mapping or {}, answers or {})
    except (RetentionError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # a Polars panic is no Exception
        raise IntakeError(
            f"{path.name} is damaged, or not what it seems to be. Save it again where it came from, and try that."
        ) from fault


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _is_database(head: bytes) -> bool:
    return head[8:12] == b"DUCK"


def _may_be_text(head: bytes) -> bool:
    try:
        return kind_of(head) not in ("gzip", "zip", "xlsx", "xlsb", "xls", "ods", "parquet", "arrow", "json", "html")
    except (RetentionError, OSError, ValueError):
        return False


def _rows_of(path: Path) -> int:
    """The rows a Parquet file says it has; 0 where it cannot say, and its reader will say why."""
    try:
        return int(pl.scan_parquet(path).select(pl.len()).collect().item())
    except BaseException:  # noqa: BLE001 (a Polars panic is no Exception)
        return 0


@contextmanager
def _opened(path: Path, answers: Mapping[str, str], max_bytes: int, watch: Watch | None) -> Iterator[_Opened]:
    nothing = Account()
    if path.is_dir():
        yield _of_parquet(sorted(path.rglob("*.parquet")), path, Dialect("parquet"), nothing)
        return
    head = _head(path)
    if head.startswith(b"PAR1"):
        yield _of_parquet([path], path, Dialect("parquet"), nothing)
        return
    with temporary_files():
        made = tempfile.TemporaryDirectory(prefix="retention-large-", ignore_cleanup_errors=True)
    with made:
        folder = Path(made.name)
        if _is_database(head):
            table = _copied(path, folder, answers)
            yield _of_parquet([folder / "0.parquet"], path, Dialect("duckdb", sheet=table), nothing)
        else:
            dialect, account = in_pieces(path, folder, answers, watch=watch)
            opened = _of_parquet(sorted(folder.glob("*.parquet")), path, dialect, account)
            yield replace(opened, size=path.stat().st_size)


def _of_parquet(files: list[Path], path: Path, dialect: Dialect, account: Account) -> _Opened:
    if not files:
        raise IntakeError(
            f"The folder {path.name} holds no Parquet file. Give a folder of .parquet files, or one file."
        )
    rows = pl.scan_parquet(files)
    repairs: list[Entry] = []
    if dialect.kind not in DELIMITED:
        headers = rows.collect_schema().names()
        names, repairs = typed_names(headers)
        changed = {old: new for old, new in zip(headers, names, strict=True) if old != new}
        rows = rows.rename(changed).with_row_index(ROW, offset=1)
    height = int(rows.select(pl.len()).collect().item())
    size = sum(file.stat().st_size for file in files)
    return _Opened(rows, height, size, dialect, replace(account, repairs=[*account.repairs, entries(repairs)]))


def _copied(path: Path, folder: Path, answers: Mapping[str, str]) -> str:
    """The table of a DuckDB file that is meant, copied to a Parquet file."""
    import duckdb  # only who opens such a file pays for it

    with duckdb.connect(str(path), read_only=True, config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute("SET memory_limit = '2GB'")
        asked = "SELECT schema_name, table_name, estimated_size FROM duckdb_tables() WHERE NOT internal ORDER BY 3 DESC"
        rows = connection.execute(asked).fetchall()
        tables = {table if schema == "main" else f"{schema}.{table}": (schema, table) for schema, table, _ in rows}
        if not tables:
            raise IntakeError(f"{path.name} holds no table. Open the database that has the customers.")
        if len(tables) > 1 and answers.get("sheet") not in tables:
            choices = [
                Choice(name, f"{name}: {labels.many(row[2], 'row')}") for name, row in zip(tables, rows, strict=True)
            ]
            raise NeedsAnswer([Question("sheet", "Which table of the database holds the customers?", tuple(choices))])
        chosen = answers["sheet"] if len(tables) > 1 else next(iter(tables))
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in tables[chosen])
        place = str(folder / "0.parquet").replace("'", "''")
        connection.execute(f"COPY (FROM {quoted}) TO '{place}' (FORMAT parquet)")
    return chosen


def _whole(opened: _Opened, name: str, answers: Mapping[str, str] | None) -> Table:
    """The table with every row, read like any Parquet file."""
    stream = io.BytesIO()
    opened.rows.drop(ROW).collect().write_parquet(stream)
    said = {key: value for key, value in (answers or {}).items() if key != "sheet"}
    table = read_table(stream.getvalue(), name=name, answers=said)
    return replace(table, dialect=opened.dialect)


def _counted(
    opened: _Opened, name: str, path: Path, mapping: Mapping[str, str | None], answers: Mapping[str, str]
) -> Table:
    """The table of groups: what its columns are is recognised on a sample from all over the file."""
    sample = _sample(opened, name)
    roles = _roles(sample, name, mapping, answers)
    who = roles.columns["customer_id"]
    days = _days(opened.headers, roles)
    kept = _kept(opened, sample, roles, days)
    rows = opened.rows.with_columns(
        pl.col(who).cast(pl.String).str.strip_chars(), *(_whole_day(opened, header) for header in days)
    )
    nobody = is_empty(who) | pl.col(who).str.contains(_SHEET_ERROR)
    rows = rows.with_columns(
        pl.when(nobody | pl.col(who).str.contains(_DAMAGED)).then(pl.col(who).fill_null("")).alias(_SHOWN)
    )
    rows, blank = _without_blank(rows, who, opened)
    spread = roles.columns["started_on"]
    groups = grouped(rows, who=who, alone=nobody, kept=[*kept, _SHOWN], spread=spread, height=opened.height)
    # A group is called by its first row: a number, nobody's name.
    first = pl.when(pl.col(GROUP).is_null()).then(ROW).otherwise(pl.col(ROW).min().over(GROUP))
    named = pl.coalesce(_SHOWN, pl.format("group {}", first))
    called = groups.select(pl.when(named != "").then(named).alias(who)).to_series()
    texts = [called, *(column_text(groups.get_column(header)) for header in kept)]
    order = [header for header in opened.headers if header in {who, *kept}]
    left_out = [header for header in opened.headers if header not in order]
    said = [*opened.account.repairs, entries([(None, h, None, "accepted", _LEFT_OUT) for h in left_out])]
    return Table(
        cells=coded(pl.DataFrame(texts).select(*order, groups.get_column(MANY).cast(pl.String).alias(COUNT))),
        rows=groups.get_column(ROW),
        header_row=opened.account.header_row,
        dialect=replace(opened.dialect, counted=who),
        set_aside=opened.account.set_aside,
        repairs=pl.concat(said),
        rows_blank=opened.account.blank + blank,
        name=name,
        sha256=_fingerprint(path, order),
    )


_LEFT_OUT = "not read: its cells differ from customer to customer, and the file is too large for lists of customers"


def _sample(opened: _Opened, name: str) -> Table:
    """Rows from ten places of the file as a table."""
    each, step = -(-_SAMPLE // _PLACES), max(1, opened.height // _PLACES)
    rows = opened.rows
    if opened.height > _SAMPLE:
        rows = pl.concat([opened.rows.slice(place * step, min(step, each)) for place in range(_PLACES)])
    typed = rows.collect()
    cells = typed.drop(ROW).select(column_text(column) for column in typed.drop(ROW).get_columns())
    numbers = typed.get_column(ROW).cast(pl.Int64)
    return Table(coded(cells), numbers, None, opened.dialect, entries([]), entries([]), 0, name, "")


def _roles(sample: Table, name: str, mapping: Mapping[str, str | None], answers: Mapping[str, str]) -> Roles:
    """The parts of the columns; refused where rows are no customers or subscriptions with a start.

    Raises:
        IntakeError: the file is of another shape.
        NeedsAnswer: what its columns are.
    """
    roles = find_roles(sample, mapping, Rules(), answers)
    if roles.questions:
        raise NeedsAnswer(list(roles.questions))
    a_list = roles.shape == "list" and laid_out(sample, answers) is sample and covered_days(sample, roles) is None
    if not a_list or roles.months or not {"customer_id", "started_on"} <= roles.columns.keys():
        raise IntakeError(
            f"{name} is too large to be held, and is no list of customers or subscriptions with a start (and an end) a "
            f"row, which could be counted in groups; it has {listed(sample.headers)}. Make one row a stay where the "
            "file comes from, or count it there: Proof shows the statement of SQL."
        )
    if "customers" in roles.columns:
        raise IntakeError(
            f"{name} holds counts already, and is too large to be held. Keep fewer columns, or fewer values in them."
        )
    return roles


def _days(headers: Sequence[str], roles: Roles) -> list[str]:
    """The columns of days that decide when somebody was a customer."""
    parts = {"started_on", *END_COLUMNS.values()}
    taken = {roles.columns["started_on"], roles.end_header}
    free = [header for header in headers if header != roles.columns["customer_id"]]
    return [header for header in free if header in taken or parts & parts_named(header).keys() or is_of_trial(header)]


def _kept(opened: _Opened, sample: Table, roles: Roles, days: Sequence[str]) -> list[str]:
    """The columns by which customers are alike: their days, their status, and whatever has few different cells."""
    must = {*days, roles.columns.get("status")}
    who = roles.columns["customer_id"]
    schema = opened.rows.collect_schema()
    few = [
        header
        for header in sample.headers
        if header not in must and header not in (who, COUNT) and not schema[header].is_nested()
        and sample.distinct(header) <= MOST_WORDS
    ]  # fmt: skip
    counts = opened.rows.select(pl.col(few).approx_n_unique()).collect(engine="streaming").row(0) if few else ()
    described = {header for header, count in zip(few, counts, strict=True) if count <= MOST_WORDS}
    return [header for header in opened.headers if header in must | described]


def _whole_day(opened: _Opened, header: str) -> pl.Expr:
    """A column of moments as days, but for the last minute of a day, which says that the day is covered."""
    kind, cell = opened.rows.collect_schema()[header], pl.col(header)
    if isinstance(kind, pl.Datetime) and kind.time_zone in (None, "UTC"):
        last = (cell.dt.hour() == 23) & (cell.dt.minute() == 59)
        return pl.when(last).then(cell.dt.truncate("1s")).otherwise(cell.dt.truncate("1d")).alias(header)
    if kind == pl.String:
        return cell.str.strip_chars().str.replace(_BEFORE_MIDNIGHT, "${1}00:00:00${2}")
    return cell


def _without_blank(rows: pl.LazyFrame, who: str, opened: _Opened) -> tuple[pl.LazyFrame, int]:
    """The rows with something in them, and how many have nothing."""
    if opened.dialect.kind in DELIMITED or not rows.select(pl.col(who).null_count()).collect().item():
        return rows, 0
    nothing = pl.all_horizontal(pl.col(opened.headers).is_null())
    return rows.filter(~nothing), int(rows.select(nothing.sum()).collect(engine="streaming").item())


def _fingerprint(path: Path, order: Sequence[str]) -> str:
    """What tells the file from others: its parts, their sizes and when they were written."""
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    parts = [f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files]
    return hashlib.sha256("\n".join([*parts, *order]).encode()).hexdigest()
