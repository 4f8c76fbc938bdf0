"""What of a ticket is its customer's to see."""

from typing import Any

from deskconsole.frozen import changed
from deskconsole.model import Brings, Dossier, Event
from deskconsole.records import Json, full_record

# The fields by which we go about a ticket, and what stands in them for its customer.
_OURS: dict[str, Any] = {
    "assignee": None,
    "tags": (),
    "clones": (),
    "promised_at": None,
    "hold": None,
    "resume_to": None,
    "reason": None,
    "follows": None,
    "duplicate_of": None,
    "spent": 0,
}


def public(dossier: Dossier) -> Dossier:
    """The ticket with what its customer wrote or was written, and nothing of how we go about it."""
    said = (event for event in dossier.events if event.public and event.brings.message)
    return Dossier(changed(dossier.ticket, **_OURS), tuple(_bare(event) for event in said))


def public_record(dossier: Dossier) -> Json:
    """Such a ticket as JSON, without the fields that are not shown."""
    hidden = {*_OURS, "watchers"}
    return {name: value for name, value in full_record(dossier).items() if name not in hidden}


def _bare(event: Event) -> Event:
    brings = event.brings
    shown = Brings(
        message=brings.message,
        automatic=brings.automatic,
        for_customer=brings.for_customer,
        deadline=brings.deadline,
    )
    return changed(event, brings=shown)
