"""The tables as they are today; the migrations are how they came to be.

No model is tied to a database: every query names the one it runs on, so that one process may
hold several desks. Instants are integers, microseconds since 1970 in UTC: they compare and index
the same on every database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from string import ascii_uppercase
from typing import Any

from peewee import (
    BigIntegerField,
    BooleanField,
    CompositeKey,
    Field,
    IntegerField,
    Model,
    TextField,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SMALL = {ord(letter): letter.lower() for letter in ascii_uppercase}
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970, UTC, of an aware instant."""
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The instant, aware and in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def small(text: str) -> str:
    """The text in the small letters of English, as both databases write them."""
    return text.translate(_SMALL)


class InstantField(BigIntegerField):
    """An aware datetime, stored as microseconds since 1970."""

    def db_value(self, value: datetime | None) -> int | None:
        return None if value is None else to_micros(value)

    def python_value(self, value: int | None) -> datetime | None:
        return None if value is None else from_micros(value)


class DayField(TextField):
    """A calendar day, stored as `2026-05-31`."""

    def db_value(self, value: date | None) -> str | None:
        return None if value is None else value.isoformat()

    def python_value(self, value: str | None) -> date | None:
        return None if value is None else date.fromisoformat(value)


class PersonRow(Model):
    id: Field[Any] = IntegerField(primary_key=True)
    name: Field[Any] = TextField()
    email: Field[Any] = TextField(null=True)
    role: Field[Any] = TextField()
    view: Field[Any] = TextField(null=True)
    alerts: Field[Any] = TextField()

    class Meta:
        table_name = "person"


class TicketRow(Model):
    id: Field[Any] = IntegerField(primary_key=True)
    title: Field[Any] = TextField()
    reporter: Field[Any] = IntegerField(column_name="reporter_id")
    priority: Field[Any] = IntegerField()
    status: Field[Any] = TextField()
    opened_at: Field[Any] = InstantField()
    entered_at: Field[Any] = InstantField()
    tags: Field[Any] = TextField()
    assignee: Field[Any] = IntegerField(column_name="assignee_id", null=True)
    deadline: Field[Any] = InstantField(null=True)
    resume_to: Field[Any] = TextField(null=True)
    hold_kind: Field[Any] = TextField(null=True)
    hold_whom: Field[Any] = TextField(null=True)
    hold_until: Field[Any] = DayField(null=True)
    reason: Field[Any] = TextField(null=True)
    closed_at: Field[Any] = InstantField(null=True)
    reopen_until: Field[Any] = InstantField(null=True)
    reopened: Field[Any] = IntegerField()
    replied_at: Field[Any] = InstantField(null=True)
    follows: Field[Any] = IntegerField(column_name="follows_id", null=True)
    duplicate_of: Field[Any] = IntegerField(column_name="duplicate_of_id", null=True)
    spent: Field[Any] = IntegerField()
    version: Field[Any] = IntegerField()
    attention: Field[Any] = IntegerField()
    due: Field[Any] = InstantField()
    promised: Field[Any] = InstantField()

    class Meta:
        table_name = "ticket"


class CloneRow(Model):
    ticket: Field[Any] = IntegerField(column_name="ticket_id")
    number: Field[Any] = IntegerField()
    team: Field[Any] = TextField()
    state: Field[Any] = TextField()
    title: Field[Any] = TextField()
    tracker: Field[Any] = TextField(null=True)
    engineer: Field[Any] = IntegerField(column_name="engineer_id", null=True)

    class Meta:
        table_name = "clone"
        primary_key = CompositeKey("ticket", "number")


class EventRow(Model):
    id: Field[Any] = IntegerField(primary_key=True)
    ticket: Field[Any] = IntegerField(column_name="ticket_id")
    at: Field[Any] = InstantField()
    verb: Field[Any] = TextField()
    actor: Field[Any] = IntegerField(column_name="actor_id", null=True)
    role: Field[Any] = TextField()
    source: Field[Any] = TextField(null=True)
    target: Field[Any] = TextField()
    brings: Field[Any] = TextField()
    act: Field[Any] = IntegerField(null=True)

    class Meta:
        table_name = "event"


class MessageRow(Model):
    event: Field[Any] = IntegerField(column_name="event_id", primary_key=True)
    ticket: Field[Any] = IntegerField(column_name="ticket_id")
    public: Field[Any] = BooleanField()
    body: Field[Any] = TextField()

    class Meta:
        table_name = "message"


class WatcherRow(Model):
    ticket: Field[Any] = IntegerField(column_name="ticket_id")
    person: Field[Any] = IntegerField(column_name="person_id")

    class Meta:
        table_name = "watcher"
        primary_key = CompositeKey("ticket", "person")


class PresenceRow(Model):
    """The ticket that a console is at, and when it last said so."""

    console: Field[Any] = TextField(primary_key=True)
    person: Field[Any] = IntegerField(column_name="person_id")
    ticket: Field[Any] = IntegerField(column_name="ticket_id")
    doing: Field[Any] = TextField()
    seen_at: Field[Any] = InstantField()

    class Meta:
        table_name = "presence"


class PolicyRow(Model):
    name: Field[Any] = TextField(primary_key=True)
    setting: Field[Any] = TextField(column_name="value")

    class Meta:
        table_name = "policy"


class SettlementRow(Model):
    """What somebody settled at the desk, beside its tickets."""

    id: Field[Any] = IntegerField(primary_key=True)
    at: Field[Any] = InstantField()
    actor: Field[Any] = IntegerField(column_name="actor_id")
    role: Field[Any] = TextField()
    matter: Field[Any] = TextField()
    name: Field[Any] = TextField()
    before: Field[Any] = TextField(null=True)
    after: Field[Any] = TextField(null=True)

    class Meta:
        table_name = "settlement"


class PublicKeyRow(Model):
    fingerprint: Field[Any] = TextField(primary_key=True)
    person: Field[Any] = IntegerField(column_name="person_id")
    kind: Field[Any] = TextField()
    body: Field[Any] = TextField()
    comment: Field[Any] = TextField()
    added_at: Field[Any] = InstantField()

    class Meta:
        table_name = "public_key"


class CannedRow(Model):
    team: Field[Any] = TextField()
    name: Field[Any] = TextField()
    body: Field[Any] = TextField()

    class Meta:
        table_name = "canned"
        primary_key = CompositeKey("team", "name")


class ViewRow(Model):
    name: Field[Any] = TextField(primary_key=True)
    query: Field[Any] = TextField()
    sort: Field[Any] = TextField()

    class Meta:
        table_name = "view"


class TaggingRow(Model):
    """A tag of a ticket in small letters, kept by triggers."""

    tag: Field[Any] = TextField()
    ticket: Field[Any] = IntegerField(column_name="ticket_id")

    class Meta:
        table_name = "tagging"
        primary_key = CompositeKey("tag", "ticket")


class TallyRow(Model):
    """How many tickets a status has, kept by triggers."""

    status: Field[Any] = TextField(primary_key=True)
    tickets: Field[Any] = IntegerField()

    class Meta:
        table_name = "tally"
