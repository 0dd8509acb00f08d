"""The command ``replay``."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from builders import stock
from domroute.cli import main
from domroute.jsonio import save_scenario
from domroute.replay import COLUMNS, Replay
from replay_streams import POLICY, placed, small


@pytest.fixture
def scenario(tmp_path):
    """Write a scenario of three orders, one of which finds no stock."""
    events = [placed("o1", 0, A=1), placed("o2", 1, A=1, B=1), placed("o3", 2, C=3)]
    made = small(policy=POLICY, orders=[event.order for event in events])
    path = tmp_path / "scenario.json"
    save_scenario(made, path)
    return path


def run(capsys, *argv):
    """Run the command line; its status, output and errors."""
    status = main([str(part) for part in argv])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def figures(out):
    """Read what is printed for one tactic."""
    return dict(line.rsplit(maxsplit=1) for line in out.splitlines()[2:])


def write(path, value):
    """Write JSON."""
    path.write_text(json.dumps(value))
    return path


def test_it_prints_the_figures_that_matter(scenario, capsys):
    """Without any option the scenario's own orders run by its own policy."""
    status, out, err = run(capsys, "replay", scenario)

    assert (status, err) == (0, "")
    # 6 and 7 from N1 (5 a shipment, 1 a unit), two units at 2 and 4 from S1; one is
    # left, at 50.
    assert figures(out)["cost to serve"] == "21.00"
    assert figures(out)["cost and penalties"] == "71.00"
    assert figures(out)["units filled"] == "83.33%"


def test_policies_stand_side_by_side_in_a_folder(scenario, tmp_path, capsys):
    """Each policy or tactic has its tables; the KPIs of all are one table."""
    free = write(tmp_path / "free.json", {"costs": [], "unfilled_penalty": 1.0})
    waves = {"hold_h": 1, "policy": POLICY.model_dump(mode="json")}
    hourly = write(tmp_path / "Hourly waves.json", waves)
    out = tmp_path / "report"

    status, shown, _ = run(
        capsys, "replay", scenario, "--policy", free, "--policy", hourly, "--out", out
    )

    assert status == 0
    assert "free  Hourly waves" in shown
    frame = pd.read_csv(out / "kpis.csv")
    assert set(frame["tactic"]) == {"free", "Hourly waves"}
    names = {path.name for path in out.iterdir()}
    assert {f"hourly-waves.{name}.csv" for name in COLUMNS} < names
    costs = pd.read_csv(out / "hourly-waves.costs.csv")
    events = [placed("o1", 0, A=1), placed("o2", 1, A=1, B=1), placed("o3", 2, C=3)]
    assert costs["amount"].sum() == pytest.approx(
        Replay(small(), events, POLICY).run().cost
    )
    page = (out / "report.html").read_text()
    assert "<td>cost to serve</td>" in page
    assert "Hourly waves" in page


def test_a_history_takes_the_place_of_the_orders(scenario, tmp_path, capsys):
    """Tables of what happened are replayed over the scenario's network and stock."""
    folder = tmp_path / "history"
    folder.mkdir()
    (folder / "orders.csv").write_text(
        "id,placed_at,lat,lon\no9,2026-02-01T10:00:00Z,0,0\n"
    )
    (folder / "lines.csv").write_text("order,id,sku,quantity\no9,l1,C,3\n")
    (folder / "receipts.csv").write_text(
        "at,node,sku,quantity\n2026-02-01T09:00:00Z,S2,C,1\n"
    )

    status, out, err = run(capsys, "replay", scenario, "--history", folder)

    assert (status, err) == (0, "")
    assert figures(out)["units filled"] == "100.00%"


def test_the_world_is_read(scenario, tmp_path, capsys):
    """Where every center refuses all, stores fill what they have."""
    world = write(tmp_path / "world.json", {"rejects": {"dc": 1.0}})

    status, out, _ = run(capsys, "replay", scenario, "--world", world, "--seed", 3)

    assert status == 0
    assert figures(out)["units filled"] == "66.67%"  # B lies in the center alone


def test_faults_of_all_files_are_told_at_once(scenario, tmp_path, capsys):
    """Every file is read before anything is run; nothing is written."""
    bad = write(tmp_path / "bad.json", {"unfilled_penalty": -1})
    strange = write(tmp_path / "strange.json", {"hold_h": "soon"})
    good = write(tmp_path / "good.json", {})
    world = write(tmp_path / "world.json", {"pick_h": -1})
    out = tmp_path / "report"
    policies = [
        part for file in (bad, strange, good, good) for part in ("--policy", file)
    ]

    status, shown, err = run(
        capsys, "replay", scenario, *policies, "--world", world, "--out", out
    )

    assert (status, shown) == (2, "")
    assert [line.split(":")[0] for line in err.splitlines()] == [
        "bad.json.unfilled_penalty",
        "strange.json.hold_h",
        str(good),
        "world.json.pick_h",
    ]
    assert not out.exists()


def test_what_is_no_json_is_told(scenario, tmp_path, capsys):
    """A file that is cut off, and one that is not there."""
    cut = tmp_path / "cut.json"
    cut.write_text('{"costs": [')

    status, _, err = run(
        capsys, "replay", scenario, "--policy", cut, "--policy", tmp_path / "none.json"
    )

    assert status == 2
    assert "[not_json]" in err
    assert "[not_found]" in err


def test_a_folder_that_cannot_be_is_told(scenario, tmp_path, capsys):
    """It is refused before the work, not after it."""
    status, _, err = run(
        capsys, "replay", scenario, "--out", tmp_path / "no" / "such" / "folder"
    )

    assert status == 2
    assert "[unwritable]" in err


def test_orders_need_a_time(tmp_path, capsys):
    """Orders that were placed at no known time cannot be replayed."""
    order = placed("o1", A=1).order.model_copy(update={"placed_at": None})
    save_scenario(small(orders=[order]), tmp_path / "s.json")

    status, _, err = run(capsys, "replay", tmp_path / "s.json")

    assert status == 2
    assert "placed_at" in err


def test_nothing_filled_is_status_one(tmp_path, capsys):
    """A network without stock fills nothing, and says so."""
    made = small(stock(), orders=[placed("o1", A=1).order])
    save_scenario(made, tmp_path / "s.json")

    status, out, _ = run(capsys, "replay", tmp_path / "s.json")

    assert status == 1
    assert figures(out)["units filled"] == "0.00%"


def test_progress_goes_to_stderr(scenario, capsys):
    """A bar for each tactic, where it is wanted."""
    _, _, err = run(capsys, "replay", scenario, "--progress")

    assert "policy" in err
    assert "event" in err


def test_names_that_nothing_has_are_told(scenario, tmp_path, capsys):
    """A rule of an unknown node, and luck of an unknown kind: no typo is run."""
    rules = [{"rule": "excluded_nodes", "nodes": {"ids": ["N9"]}}]
    policy = write(tmp_path / "policy.json", {"rules": rules})
    world = write(
        tmp_path / "world.json", {"rejects": {"stroe": 0.3}, "short_picks": {"DC": 0.1}}
    )

    status, out, err = run(
        capsys, "replay", scenario, "--policy", policy, "--world", world
    )

    assert (status, out) == (2, "")
    assert [line.rsplit(" ", 1)[1] for line in err.splitlines()] == [
        "[unknown_id]",
        "[unknown_value]",
        "[unknown_value]",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "not_json"),
        ('{"unfilled_penalty": 50, "unfilled_penalty": 1}', "duplicate_key"),
        ('{"hold_h": "24"}', "wrong_type"),
        ('{"hold_h": 1e-320}', "out_of_range"),
        ('{"look_ahead": {"refresh_h": 1e-9}}', "out_of_range"),
        ('{"look_ahead": {"horizon_days": 1e-320}}', "out_of_range"),
    ],
)
def test_a_policy_that_cannot_be_is_told(text, code, scenario, tmp_path, capsys):
    """Whatever is in the file, it is a fault with a code, and no traceback."""
    (tmp_path / "p.json").write_text(text)

    status, _, err = run(capsys, "replay", scenario, "--policy", tmp_path / "p.json")

    assert status == 2
    assert f"[{code}]" in err


def test_a_report_takes_the_place_of_a_report_alone(scenario, tmp_path, capsys):
    """The former one goes whole; a folder of anything else is left as it is."""
    out, other = tmp_path / "report", tmp_path / "other"
    free = write(tmp_path / "free.json", {"costs": []})
    other.mkdir()
    (other / "letter.txt").write_text("dear")

    first, *_ = run(capsys, "replay", scenario, "--out", out)
    again, *_ = run(capsys, "replay", scenario, "--policy", free, "--out", out)
    refused, _, err = run(capsys, "replay", scenario, "--out", other)

    assert (first, again, refused) == (0, 0, 2)
    assert not list(out.glob("policy.*"))
    assert (out / "free.orders.csv").exists()
    assert "letter.txt" in err
    assert [path.name for path in other.iterdir()] == ["letter.txt"]


def test_a_history_is_a_folder(scenario, tmp_path, capsys):
    """What is not there, or a file, is said to be that."""
    for name, words in ((tmp_path / "none", "no such folder"), (scenario, "a file")):
        status, _, err = run(capsys, "replay", scenario, "--history", name)
        assert status == 2
        assert words in err
