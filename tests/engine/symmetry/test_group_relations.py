"""Relations between space groups: by the definition, against pymatgen's table of maximal subgroups, and the paper's cases."""

import numpy as np
import pytest
from clics.concepts import phrases
from clics.concepts.parse import concept_of
from clics.evaluation.confusion import space_group_errors
from clics.symmetry import space_groups
from clics.symmetry.enantiomorphs import ENANTIOMORPHS
from clics.symmetry.group_relations import NEAR, REASONABLE, WRONG, in_words, kinship, t_subgroups
from pymatgen.symmetry.groups import SYMM_DATA


def kin(true, other):
    number = {group.symbol: group.number for group in space_groups.SPACE_GROUPS}
    return str(kinship(number[true], number[other]))


@pytest.mark.parametrize(
    ("true", "other", "expected"),
    [
        ("I4_1/amd", "I4_122", "t-subgroup, index 2"),  # Table 2 of the paper
        ("I4_1/amd", "I-4m2", "t-subgroup, index 2"),
        ("P4_2/mnm", "P4_2nm", "t-subgroup, index 2"),  # Table 4
        ("P4_2/mnm", "Cmmm", "t-subgroup, index 2"),
        ("P4_2/mnm", "Cmm2", "t-subgroup, index 4"),
        ("P2_1/c", "P2_12_12", "unrelated"),  # Table 5: both in Pbcm, but neither in the other
        ("P6_3/mmc", "P6/mcc", "unrelated"),  # Table S3
        ("Fm-3m", "Pm-3m", "k-subgroup"),  # ordering of Cu3Au
        ("Pm-3m", "Fm-3m", "k-subgroup"),  # ordering of a perovskite's cations
        ("I4/mmm", "Fm-3m", "t-supergroup, index 3"),
        ("R-3m", "Fm-3m", "t-supergroup, index 4"),
        ("Fm-3m", "P-1", "distant subgroup, index 24"),
        ("P1", "Fm-3m", "distant supergroup, index 48"),
        ("P3_121", "P3_221", "enantiomorph"),
        ("P2_1/c", "P2_1/c", "same"),
    ],
)
def test_known_relations(true, other, expected):
    assert kin(true, other) == expected


def test_every_relation_has_its_inverse():
    turned = {"t-subgroup": "t-supergroup", "distant subgroup": "distant supergroup", "enantiomorph": "enantiomorph"}
    turned |= {"unrelated": "unrelated", "t-supergroup": "t-subgroup", "distant supergroup": "distant subgroup"}
    for a, b in np.random.default_rng(0).integers(1, 231, (300, 2)).tolist():
        there, back = kinship(a, b), kinship(b, a)
        if there.relation in turned:
            assert (back.relation, back.index) == (turned[there.relation], there.index)
        assert there.relation == "same" or there.relation in WRONG


def test_enumerated_t_subgroups_hold_all_maximal_ones_of_the_tables():
    for group in space_groups.SPACE_GROUPS[::7]:
        below = t_subgroups(group.number)
        assert below[group.number] == 1
        for maximal in SYMM_DATA["maximal_subgroups"][str(group.number)]:
            if space_groups.by_number(maximal).point_group != group.point_group:
                assert 2 <= below[maximal] <= NEAR


def test_enantiomorphs_are_pairs_of_one_point_group():
    assert len(ENANTIOMORPHS) == 22
    for one, other in ENANTIOMORPHS.items():
        assert ENANTIOMORPHS[other] == one
        assert space_groups.by_number(one).point_group == space_groups.by_number(other).point_group


def test_errors_are_counted_by_what_they_are():
    numbers = [225, 221, 139, 14]
    bank = [concept_of("space_group", phrases.space_group(space_groups.by_number(n).symbol)) for n in numbers]
    true = np.array([225, 225, 225, 139, 221, 2], np.int64)  # the last is not in the bank
    answered = [225, 221, 14, 225, 221, 14]
    scores = np.array([[float(n == a) for n in numbers] for a in answered], np.float32)
    found = space_group_errors(scores, bank, true, np.array([10, 5, 5, 20]))
    assert (found.crystals, found.wrong) == (6, 4)
    assert found.relations["k-subgroup"] == 1
    assert found.relations["t-supergroup"] == 2  # Fm-3m for I4/mmm, and P2_1/c for P-1
    assert found.relations["unrelated"] == 1
    assert found.reasonable == 0.75
    assert sum(found.relations.values()) == found.wrong
    assert sum(found.by_chance.values()) == pytest.approx(1.0)
    assert sum(found.by_chance[relation] for relation in REASONABLE) < 0.75
    assert sum(map(sum, found.systems)) == 6
    recall = {group.symbol: (group.training, group.crystals, group.top1) for group in found.groups}
    assert recall == {
        "P-1": (0, 1, 0.0), "I4/mmm": (5, 1, 0.0), "Pm-3m": (5, 1, 1.0), "Fm-3m": (10, 3, pytest.approx(1 / 3)),
    }  # fmt: skip
    assert {(c.true, c.predicted, c.count, c.of) for c in found.confusions} >= {("Fm-3m", "Pm-3m", 1, 3)}
    nothing = space_group_errors(scores[:0], bank, true[:0], np.array([10, 5, 5, 20]))
    assert nothing is None


def test_an_answer_as_good_as_the_truth_is_wrong():
    bank = [concept_of("space_group", phrases.space_group(s)) for s in ("Fm-3m", "Pm-3m")]
    found = space_group_errors(np.ones((1, 2), np.float32), bank, np.array([225]), np.array([1, 1]))
    assert (found.wrong, found.confusions[0].predicted) == (1, "Pm-3m")


@pytest.mark.parametrize(
    ("found", "ranked", "words"),
    [
        (136, 136, "same"),
        (136, 102, "subgroup of index 2"),  # P4_2nm in P4_2/mnm, Table 4 of the paper
        (139, 225, "supergroup of index 3"),
        (225, 2, "subgroup of index 24"),
        (225, 221, "subgroup with another lattice"),  # ordering of Cu3Au
        (152, 154, "enantiomorph"),
        (14, 18, "other"),  # Table 5 of the paper
    ],
)
def test_relations_in_words(found, ranked, words):
    assert in_words(kinship(found, ranked)) == words
