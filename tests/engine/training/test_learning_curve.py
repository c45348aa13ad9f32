"""The learning curve's sentences: errors that follow a power law are said to."""

from benchmarks import learning_curve


def figures(error):
    return dict.fromkeys(learning_curve.FIGURES, 100 - error)


def test_ten_times_as_much_leaves_what_the_power_law_says():
    found = {(1000, 16): figures(40.0), (4000, 4): figures(20.0), (16000, 1): figures(10.0), (1000, 8): figures(60.0)}
    said = learning_curve.laws(found)  # halved by a factor of four: 31.6 % is left by ten
    assert said == [
        "- 16,000 views, more crystals: ten times as many leave 32 % of the error (space group, top-1) and ten times as many "
        "leave 32 % of the error (mAP), by 3 trainings from 1,000 to 16,000."
    ]


def test_the_table_is_by_views_then_crystals():
    found = {(4000, 4): figures(20.0), (1000, 16): figures(40.0), (1000, 4): figures(60.0)}
    rows = [line.split(" | ")[:3] for line in learning_curve.table(found).splitlines()[2:]]
    assert rows == [["| 1,000", "4", "4,000"], ["| 1,000", "16", "16,000"], ["| 4,000", "4", "16,000"]]
