"""What every public callable tells: what it does, its arguments with their shapes, dtypes, its errors, an example."""

from __future__ import annotations

import doctest
import re
from collections.abc import Mapping

import pytest

import symnum as sn
from tests import documented as public
from tests.public_errors import ARTEFACTS, CALLS, HARMLESS

FUNCTIONS = public.functions()
EVERYTHING = {**FUNCTIONS, **public.members()}
DOCS = {label: public.documented(value) for label, value in EVERYTHING.items()}
ARRAYS = re.compile(r"\b(shapes?|ranks?|lengths?|vectors?|matri(x|ces)|scalar|broadcasts?|axes|flat|rows?|columns?)\b|"
                    r"\((\.\.\.|[a-zA-Z]+,)|\b(number|as many)\b.*\b(array|elements|numbers|values)\b")
DTYPES = re.compile(r"\b(dtypes?|float\d*|int\d+|bool|complex\d*|integers?|real (numbers|dtype))\b")

# Callables that neither take nor give arrays, and what they are about instead
NO_ARRAYS: Mapping[str, str] = {
    **dict.fromkeys(("sn.clear_pool", "sn.get_num_threads", "sn.pool_info", "sn.set_num_threads", "sn.doctor"),
                    "the process"),
    **dict.fromkeys((f"Options.{name}" for name in ("active", "but", "from_environment", "table")), "settings"),
    **dict.fromkeys(("Rule.formula", "Rule.sides", "Rule.where", *(
        f"RuleSet.{name}" for name in ("keeping", "key", "names", "only", "without"))), "rules"),
    **dict.fromkeys((f"Function.{name}" for name in ("explain", "export_c", "input_names", "name", "source")), "text"),
    **dict.fromkeys((f"NamespaceInfo.{name}" for name in (
        "capabilities", "default_device", "default_dtypes", "devices", "dtypes")), "the namespace"),
    **dict.fromkeys(("xp.__array_namespace_info__", "xp.can_cast", "xp.finfo", "xp.iinfo", "xp.isdtype"), "dtypes"),
    **dict.fromkeys(("sn.loads", "sn.from_sympy", "Tensor.sympy"), "text, or expressions of another library"),
    **dict.fromkeys(("Tensor.name", "Tensor.tag", "Tensor.device", "Tensor.at", "Tensor.same_as"),
                    "the handle, whatever array it stands for"),
    **dict.fromkeys(("T.ndim", "T.shape", "T.size", "T.broadcast_shapes", "Tensor.ndim", "Tensor.shape", "Tensor.size",
                     "Tensor.dtype", "Tensor.itemsize", "Tensor.nbytes"), "shapes or dtypes themselves"),
}


def test_summary_is_a_sentence() -> None:
    assert {label: doc.summary for label, doc in DOCS.items()
            if len(doc.summary) < 5 or not re.search(r"[.:]$", doc.summary)} == {}


def test_each_argument_is_explained() -> None:
    missing = {label: [p.name for p in public.parameters(value) if p.name not in DOCS[label].arguments]
               for label, value in EVERYTHING.items()}
    assert {label: names for label, names in missing.items() if names} == {}
    unknown = {label: set(DOCS[label].arguments) - {p.name for p in public.parameters(value)}
               for label, value in EVERYTHING.items()}
    assert {label: names for label, names in unknown.items() if names} == {}


def test_arguments_that_are_arrays_have_shapes() -> None:
    missing = {f"{label}({p.name}): {DOCS[label].arguments[p.name]}" for label, value in EVERYTHING.items()
               for p in public.parameters(value)
               if public.is_array(p) and not ARRAYS.search(DOCS[label].arguments[p.name])}
    assert missing == set()


def test_shapes_are_told() -> None:
    assert {label for label, doc in DOCS.items() if not ARRAYS.search(doc.text)} - set(NO_ARRAYS) == set()


def test_dtypes_are_told() -> None:
    assert {label for label, doc in DOCS.items() if not DTYPES.search(doc.text)} - set(NO_ARRAYS) == set()


def test_functions_that_are_no_matter_of_arrays_exist() -> None:
    assert set(NO_ARRAYS) <= set(EVERYTHING)


def test_functions_tell_their_errors() -> None:
    """By class; or in a sentence that there are none, which the test of bad calls then confirms."""
    silent = {label for label, value in EVERYTHING.items()
              if not isinstance(value, property) and not DOCS[label].raises}
    assert silent == set()
    wrong = {f"{label}: {name or text}" for label, doc in DOCS.items() for name, text in doc.raises.items()
             if (public.error(name) is None if name else not text.startswith("Nothing"))}
    assert wrong == set()


def test_everything_has_an_example() -> None:
    assert {label for label, doc in DOCS.items() if not doc.examples} == set()


@pytest.mark.parametrize("label", [label for label, value in EVERYTHING.items() if public.stands_nowhere(label, value)])
def test_example_that_stands_in_no_module_is_true(label: str) -> None:
    scope = {label.partition(".")[2]: EVERYTHING[label]}
    test = doctest.DocTest(list(DOCS[label].examples), scope, label, None, None, None)
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


# errors -----------------------------------------------------------------------------------------------------

def raised(call: object) -> Exception | None:
    try:
        call()  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001  any class is looked at
        return error
    return None


OWN = [label for label in FUNCTIONS if label.startswith(("T.", "linalg.", "fft."))]
TEXTS = {DOCS[label].text for label in OWN}
PROBED = [*OWN, *(label for label in FUNCTIONS if label.startswith("xp.") and DOCS[label].text not in TEXTS)]


@pytest.mark.parametrize("label", PROBED)
def test_bad_calls_raise_what_is_told(label: str) -> None:
    """Each error that a bad argument raises is stated; each that is stated arises so, or in a call of the table."""
    stated = {name: public.error(name) for name in DOCS[label].raises if name}
    seen: set[str] = set()
    for shown, call in public.bad_calls(label, FUNCTIONS[label]):
        error = raised(call)
        if error is None or f"{label}({shown.partition('=')[0]})" in ARTEFACTS:
            continue
        matching = {name for name, kind in stated.items() if type(error) is kind}
        assert matching, f"{label}({shown}) raises {type(error).__name__}, which is not stated: {error}"
        seen |= matching
    assert set(stated) - seen - set(CALLS.get(label, {})) == set(), "stated, but no call raises it"


@pytest.mark.parametrize(("label", "name", "call"), [
    (label, name, call) for label, calls in CALLS.items() for name, call in calls.items()])
def test_call_raises_what_is_told(label: str, name: str, call: str) -> None:
    assert name in DOCS[label].raises
    with sn.Options(mode="numpy").active():
        error = raised(lambda: exec(call, dict(HARMLESS)))
    assert type(error).__name__ == name, error


def test_every_error_outside_the_probed_functions_has_a_call() -> None:
    missing = {f"{label}: {name}" for label, doc in DOCS.items() for name in doc.raises
               if name and label not in PROBED and doc.text not in TEXTS and name not in CALLS.get(label, {})}
    assert missing == set()
