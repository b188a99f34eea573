"""Papers keep to the time that they may take; measured in processor time, which a busy machine disturbs little."""

import pytest
from bench import papers

from tongzhou.lib.pdf import TYPEFACES
from tongzhou.papers import render, to_xlsx


@pytest.mark.parametrize(("ending", "most"), papers.MOST.items())
def test_papers_keep_to_their_time(ending: str, most: float) -> None:
    sixty = papers.paper(60)
    assert min(papers.spent(lambda: render(sixty, ending, TYPEFACES)) for _ in range(2)) <= most  # type: ignore[arg-type]


def test_ten_thousand_rows_take_little_longer_than_the_library_alone() -> None:
    many, rows = papers.paper(10_000), papers.tasks(10_000)
    rounds = [(papers.spent(lambda: to_xlsx(many)), papers.spent(lambda: papers.bare(rows))) for _ in range(3)]
    assert min(ours for ours, _ in rounds) <= papers.MOST_RATIO * min(bare for _, bare in rounds)
