"""Boxes: what one is, what a network says of several, and every way in and out."""

import pandas as pd
import pytest
from pydantic import ValidationError

from builders import node
from domroute.boxes import Box
from domroute.errors import InputError
from domroute.frames import scenario_from_frames, to_frames
from domroute.jsonio import load_scenario, save_scenario, scenario_to_json
from domroute.ledger.inventory import Inventory
from domroute.network import Network
from domroute.scenario import Scenario

BOX = Box(
    id="M",
    inner_cm=(30, 22, 15.5),
    outer_cm=(31, 23, 16),
    tare_kg=0.18,
    max_net_kg=10,
    price=0.7,
    services=["parcel"],
    refused_tags=["hazmat", "cold"],
)


def packed(*boxes):
    """Make a scenario of nothing but a node and boxes."""
    made = Network(nodes=[node("N1")], items=[], boxes=boxes)
    return Scenario("packed", made, Inventory())


@pytest.mark.parametrize(
    "fields",
    [
        {"inner_cm": (30, 22)},
        {"inner_cm": (30, 22, 15, 1)},
        {"inner_cm": (30, 22, 0)},
        {"inner_cm": (30, 22, float("inf"))},
        {"outer_cm": ()},
        {"outer_cm": (31, 23, 14)},
        {"tare_kg": -0.1},
        {"max_net_kg": -1},
        {"price": "0.7"},
        {"carbon_g": float("nan")},
        {"id": " "},
        {"lid": True},
    ],
    ids=str,
)
def test_what_is_no_box_is_refused(fields):
    """Three sides above nothing, none larger inside than outside; amounts from 0 on."""
    with pytest.raises(ValidationError):
        Box.model_validate({"id": "M", "inner_cm": (30, 22, 15), **fields})


def test_sides_may_be_the_same_inside_and_outside():
    """A mailer has no thickness worth counting."""
    assert Box(id="M", inner_cm=(3, 2, 1), outer_cm=(3, 2, 1)).outer_cm == (3, 2, 1)


@pytest.mark.parametrize(
    ("boxes", "words"),
    [
        ([BOX, BOX], "box id 'M' appears more than once"),
        (
            [BOX.model_copy(update={"services": ("sled",)})],
            "'sled' is not a service of the network",
        ),
    ],
    ids=["twice", "stranger"],
)
def test_boxes_made_in_python_are_checked_as_well(boxes, words):
    """Where they are put together, or in a scenario where the tariff is the bundled."""
    with pytest.raises((InputError, ValidationError), match=words):
        packed(*boxes)


def test_boxes_are_written_as_rows():
    """What is left at its default is left out; a side is a number in JSON."""
    text = scenario_to_json(packed(Box(id="S", inner_cm=(20, 15, 10))))

    assert '  {"id": "S", "inner_cm": [20.0, 15.0, 10.0]}' in text.splitlines()
    assert "boxes" not in scenario_to_json(packed())


@pytest.mark.parametrize("tables", ["csv", "parquet"])
def test_boxes_come_back_from_files(tables, tmp_path):
    """As one file, and as a table of a folder, which is not there where it is empty."""
    scenario = packed(BOX, Box(id="S", inner_cm=(20, 15, 10)))
    save_scenario(scenario, tmp_path / "one.json")
    save_scenario(scenario, tmp_path / "many", tables=tables)
    save_scenario(packed(), tmp_path / "none", tables=tables)

    assert load_scenario(tmp_path / "one.json") == scenario
    assert load_scenario(tmp_path / "many") == scenario
    assert (tmp_path / "many" / f"boxes.{tables}").exists()
    assert not (tmp_path / "none" / f"boxes.{tables}").exists()
    assert load_scenario(tmp_path / "none").network.boxes == ()


def test_boxes_come_back_from_frames():
    """Sides are one cell; a frame made by hand may have them as a list."""
    frames = to_frames(packed(BOX))

    assert frames["boxes"]["inner_cm"].tolist() == ["30.0|22.0|15.5"]
    assert scenario_from_frames(frames, name="packed") == packed(BOX)
    by_hand = pd.DataFrame({"id": [7], "inner_cm": [[20, 15, 10]]})
    made = scenario_from_frames({**frames, "boxes": by_hand}).network.boxes
    assert made == (Box(id="7", inner_cm=(20, 15, 10)),)


def test_faults_of_a_frame_of_boxes_are_told():
    """By row and column, beside those of the header."""
    frame = pd.DataFrame(
        {"id": ["M", "M"], "inner_cm": ["30|22|15", "30|22"], "size": ["m", "m"]}
    )

    with pytest.raises(InputError) as caught:
        scenario_from_frames({**to_frames(packed()), "boxes": frame})

    assert [(issue.where, issue.code) for issue in caught.value.issues] == [
        ("boxes.size", "unknown_field"),
        ("boxes[1].inner_cm[2]", "missing"),
        ("boxes[1].id", "duplicate_id"),
    ]


def test_boxes_are_counted():
    """In the summary of a scenario that has some."""
    assert ("boxes", "1") in packed(BOX).summary()
    assert "boxes" not in dict(packed().summary())
    assert Network(nodes=[], items=[]).boxes == ()
