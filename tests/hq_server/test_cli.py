"""The verbs of the command line on a real database."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hq_server.cli import main
from hq_server.db import Database
from hq_server.sync import service
from retail.coupons import SignedCoupon, UniqueCode, read_coupon
from tests.hq_server.chain import Chain, sold


@pytest.fixture
def environment(database: Database, tmp_path: Path) -> dict[str, str]:
    url = database.engine.url.render_as_string(hide_password=False)
    return {"DATABASE_URL": url, "ZHANGGUI_HQ_DATA": str(tmp_path / "hq")}


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment, catch_exceptions=False)


def test_a_code_is_printed_for_a_till_that_exists(environment: dict[str, str], chain: Chain) -> None:
    told = run(environment, "enrol-code", "S1-01")
    assert told.exit_code == 0
    assert "till S1-01" in told.output
    missing = run(environment, "enrol-code", "S9-99")
    assert missing.exit_code == 1
    assert "add it to its store first" in missing.output
    assert chain.rows("SELECT till_id FROM enrolment_code") == [("S1-01",)]


def test_a_rebuild_tells_that_the_same_came_out(environment: dict[str, str], chain: Chain, database: Database) -> None:
    till = chain.tills["S1-01"]
    till.sell(sold(100))
    till.sell(sold(200), business_date=19700101)
    chain.send(till)
    told = run(environment, "rebuild", "--yes")
    assert (told.exit_code, "2 entries folded; the same" in told.output) == (0, True)
    assert "1 tried, 1 still set aside" in run(environment, "replay", "S1").output
    with database.transaction() as session:
        assert service.digest_of_folded(session) in told.output


def test_after_a_restore_there_is_another_generation(environment: dict[str, str], chain: Chain) -> None:
    first, second = (run(environment, "restored").output for _ in range(2))
    assert first != second
    assert chain.rows("SELECT value FROM hq_state WHERE name = 'generation'")[0][0] in second  # type: ignore[operator]


def test_coupons_are_put_up_made_and_taken_out_of_use(environment: dict[str, str], chain: Chain) -> None:
    def told(*arguments: str) -> list[str]:
        result = run(environment, "coupon", *arguments)
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    assert told("series", "SPRING", "--name", "春", "--until-day", "20991231") == ["Series SPRING is up."]
    head, *rows = told("issue", "SPRING", "20")
    codes = [row.split(",")[0] for row in rows]
    assert (head, len(set(codes))) == ("code,text", 20)
    assert all(isinstance(read_coupon(code), UniqueCode) for code in codes)
    told("series", "VIP", "--name", "贵宾", "--form", "signed", "--offline", "accept")
    (row,) = told("issue", "VIP", "1", "--amount-minor", "500")[1:]
    coupon = read_coupon(row.split(",")[1])
    assert isinstance(coupon, SignedCoupon)
    assert (coupon.code, coupon.amount_minor) == (row.split(",")[0], 500)
    assert told("void", codes[0], "nothing", "--reason", "misprint") == ["1 of 2 are void."]
    assert told("list") == ["series,issued,reserved,redeemed,void", "SPRING,19,0,0,1", "VIP,1,0,0,0"]
    assert told("stop", "VIP") == ["Series VIP is stopped."]
    refused = run(environment, "coupon", "issue", "VIP", "1")
    assert (refused.exit_code, "VIP is stopped" in refused.output) == (1, True)


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    settings = tmp_path / "hq.toml"
    settings.write_text('data_dirr = "x"\n')
    told = run({"DATABASE_URL": ""}, "migrate", "--config", str(settings))
    assert told.exit_code == 1
    assert "data_dir" in told.output


def test_members_are_brought_in_from_a_file_or_not_at_all(
    environment: dict[str, str], chain: Chain, tmp_path: Path
) -> None:
    file = tmp_path / "members.csv"
    file.write_text(
        "\ufeffmember,name,birthday,groups,purchases\nm1,何**,0308,staff;vip,0\nm2,马*,,,\n", encoding="utf-8"
    )
    assert run(environment, "members", str(file)).output == "2 members.\n"
    rows = chain.rows("SELECT member_id, name, birthday, groups, purchases, audience FROM member ORDER BY 1")
    assert rows == [("m1", "何**", 308, ["staff", "vip"], 0, "chain"), ("m2", "马*", 0, [], -1, "chain")]
    file.write_text("member,birthday\nm3,0308\nm4,0230\n", encoding="utf-8")
    refused = run(environment, "members", str(file))
    assert refused.exit_code == 1
    assert "line 3: the birthday is month and day, such as 0308, not 0230" in refused.output
    assert chain.rows("SELECT count(*) FROM member") == [(2,)]
