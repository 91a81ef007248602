"""The data package says of every exported file what is in it: schema, key, rows, size and checksum."""

from __future__ import annotations

import hashlib
import json
import re

import pyarrow.parquet as pq
import pytest

from trustpanel.codebook.load import codebook
from trustpanel.codebook.schema import TYPES
from trustpanel.store.datapackage import data_package

FIELD_TYPES = {"string", "number", "integer", "boolean", "date"}


@pytest.fixture(scope="module")
def package(built) -> dict:
    return json.loads(built.datapackage.read_text(encoding="utf-8"))


def test_every_file_is_described_and_every_description_has_its_file(built, package):
    named = {resource["path"] for resource in package["resources"]}
    assert named == {f"tables/{file.name}" for file in built.tables.glob("*.parquet")}
    assert len(named) > 140
    for resource in package["resources"]:
        file = built.build / resource["path"]
        found = pq.read_metadata(file)
        assert (resource["rows"], resource["bytes"]) == (found.num_rows, file.stat().st_size), file.name
        assert [field["name"] for field in resource["schema"]["fields"]] == found.schema.to_arrow_schema().names
    (meetings,) = (r for r in package["resources"] if r["name"] == "meetings")
    data = (built.tables / "meetings.parquet").read_bytes()
    assert meetings["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_the_form_has_what_the_profile_asks_for(package):
    assert package["$schema"].startswith("https://datapackage.org/profiles/2")
    assert all(source["title"] for source in package["sources"])
    assert all("name" in licence or "path" in licence for licence in package["licenses"])
    by_name = {resource["name"]: resource for resource in package["resources"]}
    assert len(by_name) == len(package["resources"])
    for name, resource in by_name.items():
        assert re.fullmatch(r"[a-z0-9_]+", name)
        assert not resource["path"].startswith(("/", ".."))
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert {field["type"] for field in fields.values()} <= FIELD_TYPES
        assert set(resource["schema"]["primaryKey"]) <= set(fields)
        for key in resource["schema"]["foreignKeys"]:
            (column,), target = key["fields"], key["reference"]
            assert column in fields
            assert target["fields"][0] in {f["name"] for f in by_name[target["resource"]]["schema"]["fields"]}


def test_a_field_carries_its_meaning(package):
    (stocks,) = (r for r in package["resources"] if r["name"] == "pair_stocks")
    fields = {field["name"]: field for field in stocks["schema"]["fields"]}
    stock = fields["contact_stock"]
    assert stock["type"] == "number"
    assert stock["unit"] == "weighted meetings"
    assert stock["constraints"] == {"minimum": 0, "maximum": 500}
    assert "half-life" in stock["formula"]
    assert fields["month"]["constraints"] == {"required": True}
    assert set(TYPES) == {"string", "int8", "int16", "int32", "int64", "float32", "float64", "bool", "date32"}


def test_what_may_not_be_passed_on_is_not_in_it(package):
    restricted = {source.id for source in codebook().sources.values() if not source.ship}
    assert restricted
    assert not {s["id"] for s in package["sources"]} & restricted
    assert not {r["name"] for r in package["resources"]} & {t.name for t in codebook().tables.values() if t.restricted}


def test_the_same_tables_give_the_same_bytes(built, package):
    rows = {resource["name"]: resource["rows"] for resource in package["resources"]}
    again = data_package(codebook(), rows=rows, folder=built.build, version=package["version"])
    assert again.encode() == built.datapackage.read_bytes()
