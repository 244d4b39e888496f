"""What fields of files and columns of tables are called: on a page, in a template, in a preview.

A heading of a template is read again by its label: what is written here is among the aliases of its field in
`read/tables/field_aliases.toml`, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridmap.messages import Message, msg

_CODE_OF_CELL: Final = msg("Code of the cell")
_STAFF_NEEDED: Final = msg("Staff needed")
FIELDS: Final[Mapping[str, Message]] = {
    "address": msg("Address"),
    "arrived_at": msg("Arrived"),
    "cell_code": _CODE_OF_CELL,
    "code": msg("Code"),
    "coordinates": msg("Coordinates in one column"),
    "county": msg("County"),
    "datum": msg("Datum"),
    "division_code": msg("Division code"),
    "emergency_phone": msg("Phone"),
    "function": msg("Function"),
    "gate_state": msg("Gate state"),
    "grid_code": _CODE_OF_CELL,
    "grid_name": msg("Name of the cell"),
    "head_name": msg("Head of the cell"),
    "head_phone": msg("Phone of the head"),
    "households": msg("Households"),
    "issue": msg("Issue"),
    "kind": msg("Kind"),
    "latitude": msg("Latitude"),
    "longitude": msg("Longitude"),
    "minimum_staff": _STAFF_NEEDED,
    "name": msg("Name of the place"),
    "note": msg("Note"),
    "part_of": msg("Part of"),
    "person": msg("Person"),
    "person_id": msg("Person id"),
    "person_name": msg("Name"),
    "phone": msg("Phone"),
    "place": msg("Place"),
    "place_code": msg("Place code"),
    "population": msg("Population"),
    "post_id": msg("Post id"),
    "sending_unit": msg("Sending unit"),
    "site_name": msg("Name of the site"),
    "staff_needed": _STAFF_NEEDED,
    "tier": msg("Tier"),
    "title": msg("Title"),
    "township": msg("Township"),
    "unit_code": msg("Unit code"),
    "valid_from": msg("From"),
    "valid_to": msg("Until"),
    "village": msg("Village or community"),
    "visit_count": msg("Number of visits"),
    "visited_at": msg("Date of the visit"),
}


def field_label(name: str) -> Message:
    """What a field is called; one without a label is shown as it is written."""
    return FIELDS.get(name) or msg("{text}", text=name)
