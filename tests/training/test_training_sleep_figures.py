"""What evaluates sleep agrees with another library's figures on random hypnograms."""

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest
from sklearn import metrics

from halcyon.core.sleep import Hypnogram, Stage
from halcyon.evaluate.sleep.agreement import STAGES, confusion
from halcyon.evaluate.sleep.matrices import (
    accuracy,
    f1,
    kappa,
    macro_f1,
    predictive,
    sensitivity,
)

epochs = st.lists(
    st.tuples(st.sampled_from(STAGES), st.sampled_from(STAGES)), min_size=2, max_size=300
)


def asked(name: str, pairs: list[tuple[Stage, Stage]], **options: object) -> object:
    """A figure of the library, whose classes are those that either scorer names."""
    reference, device = zip(*pairs, strict=True)
    return getattr(metrics, name)(reference, device, **options)


@given(epochs)
@settings(max_examples=100)
def test_against_scikit_learn(pairs: list[tuple[Stage, Stage]]) -> None:
    reference, device = (Hypnogram(0.0, stages) for stages in zip(*pairs, strict=True))
    matrix = confusion(reference, device)[:, :-1]
    assert (matrix == asked("confusion_matrix", pairs, labels=STAGES)).all()
    assert accuracy(matrix) == pytest.approx(asked("accuracy_score", pairs))
    if len({stage for pair in pairs for stage in pair}) > 1:
        assert kappa(matrix) == pytest.approx(asked("cohen_kappa_score", pairs))
    assert macro_f1(matrix) == pytest.approx(asked("f1_score", pairs, average="macro"))
    options = {"labels": STAGES, "average": None, "zero_division": np.nan}
    for figure, name in ((f1, "f1"), (predictive, "precision"), (sensitivity, "recall")):
        theirs = asked(f"{name}_score", pairs, **options)
        assert figure(matrix) == pytest.approx(theirs, nan_ok=True), name
