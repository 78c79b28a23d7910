"""Checks that refuse much, late: what came before was done in vain."""

import numpy as np

from mining.bottlenecks.measure import HOUR_US, Groups, Numbers
from mining.chance import binomial_tail
from mining.opportunities.approval import ENDING, said
from mining.opportunities.detection import Detection, Detector
from mining.opportunities.scene import Scene
from mining.waiting.ranges import Ints, Mask


def find(scene: Scene) -> Detection | None:
    """Ask which checks refuse so much for so little effort that they should come before dearer ones.

    Checks in order of effort per rejection cost least (van der Aalst 2001). What could be saved is the work that dearer
    checks put into dossiers that a later, cheaper check refused, less what the cheap one would do in vain.
    """
    refused = said(scene, ENDING)
    rows = np.flatnonzero((scene.log.steps.officer.codes[scene.row] >= 0) & (scene.again == 0))
    if not refused.any() or not len(rows):
        return None
    groups = scene.groups(("procedure", "activity"), rows)
    first_refusal = _first_refusal(scene, rows, refused)
    decides = first_refusal[scene.dossier[rows]] == rows
    tried, found = groups.sums(np.ones(len(rows))), groups.sums(decides)
    effort = groups.sums(scene.work[rows]) / tried
    dear = effort / np.maximum(found / tried, 1e-9)
    saved, stopper = _in_vain(scene, rows, groups, (first_refusal, dear))
    chance = binomial_tail(found.astype(np.int64), tried.astype(np.int64), scene.settings.knocked_out)
    of = np.where(stopper >= 0, stopper, groups.of)
    return Detection(
        rows=rows,
        groups=Groups(of, groups.first, groups.by),
        wait_us=np.where(saved, scene.lost[rows], 0.0),
        work_us=np.where(saved, scene.work[rows], 0.0) * _net(saved, of, scene.work[rows], (effort, groups, decides)),
        chance=chance,
        facts={"share": found / tried, "count": found, "effort": effort / HOUR_US},
    )


def _first_refusal(scene: Scene, rows: Ints, refused: Mask) -> Ints:
    """The row in which each dossier is refused, -1 where it is not."""
    first = np.full(int(scene.dossier.max(initial=-1)) + 1, -1)
    places = rows[refused[rows]]
    first[scene.dossier[places][::-1]] = places[::-1]
    return first


def _in_vain(scene: Scene, rows: Ints, groups: Groups, known: tuple[Ints, Numbers]) -> tuple[Mask, Ints]:
    """Tell which rows were done in vain before a cheaper check refused, and the group of that check.

    The first step, intake, cannot come later; nor is a step in vain that the refusing one has to follow by being dear.
    """
    first_refusal, dear = known
    group_of = np.full(len(scene), -1)
    group_of[rows] = groups.of
    by = first_refusal[scene.dossier[rows]]
    stopper = np.where(by >= 0, group_of[by], -1)
    intake = ~scene.follows[rows]
    first_officer = np.append(True, scene.dossier[rows][1:] != scene.dossier[rows][:-1])
    earlier = (by > rows) & (stopper >= 0) & ~intake & ~first_officer
    saved = earlier & (dear[groups.of] > dear[np.maximum(stopper, 0)]) & (dear[groups.of] > 0)
    return saved, np.where(saved, stopper, -1)


def _net(saved: Mask, of: Ints, work: Numbers, known: tuple[Numbers, Groups, Mask]) -> Numbers:
    """Which part of the work in vain is left once the cheap check is done on all that dearer ones refuse."""
    effort, groups, decides = known
    gained = np.bincount(of, np.where(saved, work, 0.0), minlength=groups.count)
    procedure = groups.by["procedure"].codes[groups.first]
    refusals = np.bincount(procedure + 1, groups.sums(decides), minlength=int(procedure.max(initial=-1)) + 2)
    extra = effort * (refusals[procedure + 1] - groups.sums(decides))
    kept = np.clip(1 - extra / np.maximum(gained, 1e-9), 0, 1)
    return np.asarray(kept[of], np.float64)


DETECTOR = Detector(
    kind="knock_out",
    name_vi="khâu loại hồ sơ đặt quá muộn",
    name_en="late knock-out",
    heuristic="knock-out: order checks by effort per rejection, the least first",
    heuristic_vi="loại sớm: xếp các khâu kiểm tra theo công sức cho mỗi lần loại, ít nhất làm trước",
    test="binomial: refused share above knocked_out",
    vi="khâu này loại {share:.0%} số hồ sơ ({count:,.0f}) với {effort:.1f} giờ mỗi hồ sơ, sau những khâu tốn công hơn",
    en="this check refuses {share:.0%} of the dossiers ({count:,.0f}) at {effort:.1f} h each, after dearer ones",
    find=find,
)
