"""How the encoder learns: the rate, a step, a run that is broken off and goes on."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice

import numpy as np
import pytest
import torch

from training import distill as module
from training.distill import COSINE, SCALE, Learner, Recipe, distill, share_of_rate, write_checkpoint
from training.encoder_commands import held_out
from training.lessons import Teacher, batches, draw
from training.pairs import Pair
from training.student import Student, with_special

RECIPE = Recipe(steps=60, decay=20, budget=300, rate=1e-3, embedding_rate=3e-2, queue=64)


@pytest.fixture(scope="module")
def teacher(teacher_folder, tmp_path_factory):
    return Teacher(teacher_folder, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def some_batches(teacher, cut, make_pairs):
    """Batches of about 40 short texts, always the same; each pool is drawn once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.lessons.POOL", 400)
        lessons = draw(make_pairs(300), 0.0, 0.2, 0)
        return list(islice(batches(lessons, teacher, cut, RECIPE.budget, 0), 30))


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (1, 0.01),
        (50, 0.5),
        (100, 1),
        (500, 1),
        (801, 1),
        (802, 199 / 200),
        (901, 0.5),
        (999, 2 / 200),
        (1_000, 1 / 200),
    ],
)
def test_the_rate_rises_stays_and_falls_and_the_last_step_still_counts(step, wanted):
    assert share_of_rate(step, Recipe(steps=1_000, decay=200)) == pytest.approx(wanted)


def test_without_decay_the_rate_stays():
    assert share_of_rate(1_000, Recipe(steps=1_000, decay=0)) == 1


def test_a_run_shorter_than_rise_and_fall_never_reaches_the_full_rate():
    """60 up, 60 down: at step 31 both are at 31 hundredths and 30 sixtieths."""
    shares = [share_of_rate(step, Recipe(steps=60, decay=60)) for step in range(1, 61)]
    assert shares[30] == pytest.approx(0.31)
    assert shares[-1] == pytest.approx(1 / 60)
    assert max(shares) == pytest.approx(23 / 60, abs=0.01)


def contrast_of(found, bank):
    """Cross entropy of each text's own vector among all of *bank*, in float64."""
    logits = SCALE * found.double().numpy() @ bank.double().numpy().T
    own = np.log(np.exp(logits).sum(1)) - logits[np.arange(len(logits)), np.arange(len(logits))]
    return float(own.mean())


def test_a_step_tells_distance_and_contrast_from_before_it(make_student, some_batches):
    """The vectors of the batches before count as wrong answers, the newest first, at most as many as the recipe says."""
    learner = Learner(make_student(), RECIPE)
    earlier = torch.zeros(0, 32)
    for batch in some_batches[:4]:
        with torch.no_grad():
            found = learner.student(batch.pieces, batch.mask)
        distance, contrast = learner.learn(batch)
        bank = torch.cat([batch.targets, earlier])
        assert distance == pytest.approx(float(1 - (found * batch.targets).sum(1).mean()), abs=1e-5)
        assert contrast == pytest.approx(contrast_of(found, bank), abs=1e-4)
        earlier = bank[:64]
        assert torch.equal(learner.queue, earlier)
    assert learner.step == 4
    assert len(learner.queue) == 64


def test_the_first_step_is_of_the_rates_size(make_student, some_batches):
    """Adam's first step moves each number by the rate, or, as places beyond the longest text, not at all."""
    learner = Learner(make_student(), RECIPE)
    body, embeddings = [w.detach().clone() for w in learner._whole], learner.student.pieces.weight.detach().clone()
    learner.learn(some_batches[0])
    moved = torch.cat([(w.detach() - b).abs().flatten() for w, b in zip(learner._whole, body, strict=True)])
    assert moved.max().item() == pytest.approx(1e-5, rel=0.02)
    assert moved[moved > 0].median().item() == pytest.approx(1e-5, rel=0.02)
    rows = (learner.student.pieces.weight.detach() - embeddings).abs()
    assert rows.max().item() == pytest.approx(3e-4, rel=0.02)


def test_the_loss_is_four_parts_distance_and_one_part_contrast(make_student, some_batches):
    """The embeddings' gradient, got back from Adam's first moment, .1 of it, is that of the whole loss."""
    batch = some_batches[0]
    learner, judge = Learner(make_student(), RECIPE), make_student()
    learner.learn(batch)
    found = judge(batch.pieces, batch.mask)
    distance = 1 - (found * batch.targets).sum(-1).mean()
    logits = found @ batch.targets.T * SCALE
    (4 * distance + (logits.logsumexp(1) - logits.diagonal()).mean()).backward()
    wanted = judge.pieces.weight.grad.to_dense()
    moment = learner.state()["embeddings"]["state"][0]["exp_avg"]
    assert COSINE == 4
    assert (moment / 0.1).numpy() == pytest.approx(wanted.numpy(), abs=0.02 * float(wanted.abs().max()))


def test_the_bodys_gradient_is_cut_to_length_1(make_student, some_batches):
    """As Adam's first moments, .1 of what they were given, tell."""
    learner = Learner(make_student(), RECIPE)
    learner.learn(some_batches[0])
    moments = torch.cat([s["exp_avg"].flatten() for s in learner.state()["body"]["state"].values()])
    assert moments.norm().item() == pytest.approx(0.1, rel=1e-3)


def test_the_body_is_stepped_in_full_precision_and_computes_in_half(make_student, some_batches):
    """A step of 1e-5 is lost on a bfloat16 of .2; a hundred of them are not."""
    learner = Learner(make_student(), Recipe(steps=1_000, rate=1e-5, embedding_rate=1e-9))
    for batch in some_batches[:3]:
        learner.learn(batch)
    own = [p for name, p in learner.student.body.named_parameters() if "word_embeddings" not in name]
    assert {p.dtype for p in own} == {torch.bfloat16}
    assert all(torch.equal(half, whole.bfloat16()) for half, whole in zip(own, learner._whole, strict=True))
    assert not all(torch.equal(half.float(), whole) for half, whole in zip(own, learner._whole, strict=True))


def test_pieces_that_no_batch_holds_keep_their_vectors(make_student, some_batches, cut):
    learner = Learner(make_student(), RECIPE)
    before = learner.student.pieces.weight.detach().clone()
    for batch in some_batches[:3]:
        learner.learn(batch)
    seen = torch.cat([b.pieces[b.mask == 1] for b in some_batches[:3]]).unique()
    unseen = torch.ones(len(before), dtype=torch.bool)
    unseen[seen] = False
    after = learner.student.pieces.weight.detach()
    assert torch.equal(after[unseen], before[unseen])  # that of the padding, too
    assert (after[seen] != before[seen]).any(1).all()
    assert unseen[0]
    assert not unseen[cut.token_to_id("hafen")]


def test_the_student_comes_nearer_to_its_teacher(make_student, teacher, cut, some_batches, make_pairs):
    """60 steps: German sentences that it never saw get near the English ones' vectors, and are found."""
    learner, unseen = Learner(make_student(), replace(RECIPE, embedding_rate=0.1)), make_pairs(60, seed=1)
    german, english, first = measured(held_out(learner.student, teacher, cut, unseen))
    assert german > 0.2
    assert english < 0.001
    losses = [learner.learn(batch) for batch in islice(cycle(some_batches), RECIPE.steps)]
    german_after, english_after, first_after = measured(held_out(learner.student, teacher, cut, unseen))
    assert german_after < german / 2
    assert english_after < german_after
    assert first < 0.1
    assert first_after > 0.6
    assert (np.mean(losses[-10:], axis=0) < np.mean(losses[:10], axis=0) * 2 / 3).all()


def measured(line):
    """Distance German, distance English, found first."""
    _, _, german, _, english, _, _, first = line.split()
    return float(german), float(english), float(first)


def test_held_out_measures_both_languages(teacher, teacher_folder, cut, make_pairs):
    """The teacher as its own student: at no distance from itself, and where the sides are swapped it finds the other."""
    itself = Student.of(teacher_folder)
    english = sorted({p.english for p in make_pairs(20)})
    same = [Pair("gen", e, (e, "another")) for e in english]
    assert measured(held_out(itself, teacher, cut, same)) == pytest.approx((0, 0, 1), abs=1e-3)
    swapped = [Pair("gen", e, (other,)) for e, other in zip(english, [*english[1:], english[0]], strict=True)]
    vectors = itself.encode(with_special(cut, english))
    apart = float(1 - (vectors * vectors.roll(1, 0)).sum(1).mean())
    assert measured(held_out(itself, teacher, cut, swapped)) == pytest.approx((apart, 0, 0), abs=2e-3)


def equal(one, other):
    """Whether two states are the same to the bit."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


def test_a_run_that_goes_on_is_the_run_that_never_stopped(make_student, some_batches, tmp_path):
    """Body, embeddings, both optimisers, queue and rate: the same to the bit."""
    whole, half = Learner(make_student(), RECIPE), Learner(make_student(), RECIPE)
    losses = [whole.learn(batch) for batch in some_batches[:10]]
    for batch in some_batches[:4]:
        half.learn(batch)
    write_checkpoint(half, tmp_path / "run.checkpoint")
    rest = Learner(make_student(), RECIPE)
    rest.restore(torch.load(tmp_path / "run.checkpoint", weights_only=True))
    assert rest.step == 4
    assert [rest.learn(batch) for batch in some_batches[4:10]] == losses[4:]
    assert equal(rest.state(), whole.state())
    ours, wanted = rest.student.state_dict(), whole.student.state_dict()
    assert equal(dict(ours), dict(wanted))
    assert not equal(half.state(), whole.state())


def test_a_checkpoint_takes_the_place_of_the_last_one(make_student, some_batches, tmp_path):
    learner, path = Learner(make_student(), RECIPE), tmp_path / "run.checkpoint"
    for step in (1, 2):
        learner.learn(some_batches[step])
        write_checkpoint(learner, path)
        assert torch.load(path, weights_only=True)["step"] == step
    assert [p.name for p in tmp_path.iterdir()] == ["run.checkpoint"]


def test_a_run_reports_validates_and_keeps_what_it_has(make_student, some_batches, tmp_path, monkeypatch):
    """Progress every 2 steps, here, each the mean of both; a checkpoint and a validation every 10, and at the end."""
    monkeypatch.setattr(module, "EVERY", 2)
    recipe = Recipe(steps=13, decay=5, budget=300, queue=64)
    judge = Learner(make_student(), recipe)
    losses = [judge.learn(batch) for batch in some_batches[:13]]
    lines, kept, path = [], [], tmp_path / "run.checkpoint"

    def validate():
        kept.append(torch.load(path, weights_only=True)["step"])
        return "well"

    learner = Learner(make_student(), recipe)
    distill(learner, recipe, iter(some_batches), lines.append, validate, path)
    assert kept == [10, 13]
    steps = ["2", "4", "6", "8", "10", "10", "12", "13"]
    assert [line.split()[1] for line in lines] == [f"{step}/13" for step in steps]
    assert [lines[5], lines[7]] == ["step 10/13  held out: well", "step 13/13  held out: well"]
    for line, end in ((lines[0], 2), (lines[4], 10)):
        distance, contrast = np.mean(losses[end - 2 : end], axis=0)
        assert line.split()[2:6] == ["distance", f"{distance:.4f}", "contrast", f"{contrast:.3f}"]
    assert equal(learner.state(), judge.state())
    distill(learner, recipe, iter([]), lines.append, validate, path)  # nothing is left to do
    assert len(lines) == 8
