"""Scores formulas that lose digits: mean wrong bits as written, in other systems, and in symnum's default mode.

``python tools/stability.py`` prints a quick table (as written, and symnum's rewritten graph in the interpreter);
``--only H1 H2`` and ``--group classics`` choose problems, ``--explain`` tells which rules fired, ``--peers``,
``--compiled``, ``--float32`` and ``--gradients`` add columns.  ``--table families`` takes the other problems of the
same families; ``--page`` writes the page of a table in ``docs/`` (``make stability`` both).

The score of a problem is the mean over points of log2(1 + distance to the correctly rounded value, in floats), at most
64, and 64 for NaN.  Points are drawn evenly over the floats of the domain at which the real value is finite.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from symnum.ir.text import formula
from symnum.simplify.explain import explanation
from symnum.sympy_engine.floats import Values, wrong_bits
from tools import stability_systems as systems
from tools.stability_gradients import scores_of_slopes
from tools.stability_problems import TABLES, Problem, problems
from tools.stability_truth import known

_DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = {"given": _DOCS / "stability.md", "families": _DOCS / "stability_families.md"}
POINTS = 256
Scores = dict[str, dict[str, float]]       # by column, then by problem
COLUMNS = {"written": "as written", "pytensor": "PyTensor", "jax": "JAX", "symnum": "symnum", "c": "symnum, compiled",
           "written32": "float32 as written", "symnum32": "symnum", "slopes": "gradient as written",
           "symnum slopes": "symnum"}
_HEADS = {"given": """\
# Stability of formulas

Formulas that lose digits when they are computed as written, and how many bits of their results are wrong: the mean of
log2(1 + distance) over {points} points, where distance is the number of floats between a result and the correctly
rounded value; at most 64, and 64 for NaN. Points are drawn evenly over the float64 numbers of the domain at which the
real value is finite, so that magnitudes run evenly over all exponents, and overflow counts as much as cancellation.
[Other formulas of the same families](stability_families.md) are scored in the same way.
""", "families": """\
# Stability of families of formulas

Other formulas of the families of [Stability of formulas](stability.md), in other shapes, scales and orders: wrong bits
of their results, scored in the same way; of results in float32; and of gradients, as the mean over the variables.
"""}
_PAGE = """\
{head}
`make stability` writes this page from `benchmarks/{file}`; true values are computed with as many digits as it
takes. "As written" is NumPy, operation by operation; "symnum" is the default mode without any option, its rewritten
graph in NumPy, and "symnum, compiled" the kernel of it. {last}

{summary}{groups}"""
_LAST = {"given": '"Best" is the least of a row.',
         "families": 'Gradients "as written" are those of the graph without rules.'}


def bits(found: Values, truth: Values) -> float:
    """The mean of log2(1 + distance).

    >>> bits(np.array([1.0, np.nan]), np.array([1.0, 1.0]))
    32.0
    """
    return float(np.mean(wrong_bits(found, truth))) if found.size else 0.0


def scores(chosen: Mapping[str, Problem], columns: Sequence[str], count: int = POINTS,
           dtype: str = "float64") -> Scores:
    """The scores of problems in each column that can be had."""
    truths, given = {}, []
    for name, problem in chosen.items():
        points, truths[name] = known(problem, count, dtype)
        given.append((problem, points))
    run: Mapping[str, Callable[[], list[Values] | None]] = {
        "written": lambda: systems.written(given, dtype), "symnum": lambda: systems.interpreted(given, dtype),
        "c": lambda: systems.compiled(given, dtype), "jax": lambda: systems.peer("jax", given, dtype),
        "pytensor": lambda: systems.peer("pytensor", given, dtype)}
    found = {column: run[column]() for column in columns}
    return {column: {name: bits(x, truths[name]) for name, x in zip(chosen, values, strict=True)}
            for column, values in found.items() if values is not None}


def more_scores(chosen: Mapping[str, Problem], count: int, float32: bool, gradients: bool) -> Scores:
    """The scores in float32, and of gradients, where they are asked for."""
    found: Scores = {}
    if float32:
        narrow = scores(chosen, ("written", "symnum"), count, "float32")
        found |= {"written32": narrow["written"], "symnum32": narrow["symnum"]}
    if gradients:
        slopes = scores_of_slopes(chosen, count)
        found |= {"slopes": slopes["written"], "symnum slopes": slopes["symnum"]}
    return found


def chosen_of(known_problems: Mapping[str, Problem], only: Sequence[str], group: str) -> dict[str, Problem]:
    """The problems of these names, or of the groups in whose title ``group`` stands.

    Raises:
        SystemExit: there are none.
    """
    if unknown := set(only) - set(known_problems):
        raise SystemExit(f"no problem {', '.join(sorted(unknown))}; there are {', '.join(known_problems)}")
    found = {name: p for name, p in known_problems.items()
             if (not only or name in only) and group.lower() in p.group.lower()}
    if not found:
        groups = dict.fromkeys(p.group for p in known_problems.values())
        raise SystemExit(f"no group with {group!r}; there are {', '.join(groups)}")
    return found


def explained(problem: Problem, dtype: str) -> str:
    """The form that is computed, and what was rewritten."""
    _, result = systems.optimised(problem, dtype=dtype)
    return f"{explanation(result.events)}\n  = {formula(result.outputs)}\n"


def means(found: Scores, names: Sequence[str]) -> list[str]:
    """The mean of each column over problems, as text."""
    return [f"{np.mean([column[name] for name in names]):.1f}" for column in found.values()]


def table(found: Scores, chosen: Mapping[str, Problem]) -> str:
    """Scores as plain text; ``!`` marks a problem that is worse than as written."""
    pairs = (("symnum", "written"), ("c", "written"), ("symnum32", "written32"), ("symnum slopes", "slopes"))
    lines = []
    for name, problem in chosen.items():
        cells = "".join(f"{column[name]:7.1f}" for column in found.values())
        worse = any(found[end][name] > found[start][name] + 0.5 for end, start in pairs if end in found)
        lines.append(f"{name:4}{cells} {'!' if worse else ' '} {problem.formula[:90]}")
    groups: dict[str, list[str]] = {}
    for name, problem in chosen.items():
        groups.setdefault(problem.group, []).append(name)
    lines.append("    " + "".join(f"{column:>7.7}" for column in found))
    for group, names in (*groups.items(), ("all", list(chosen))):
        lines.append("    " + "".join(f"{mean:>7}" for mean in means(found, names)) + f"   {group}")
    return "\n".join(lines)


def page(found: Scores, chosen: Mapping[str, Problem], count: int, which: str) -> str:
    """The text of the page of a table."""
    ranked = which == "given"
    heads = [COLUMNS[column] for column in found]
    groups: dict[str, list[str]] = {}
    for name, problem in chosen.items():
        groups.setdefault(problem.group, []).append(name)
    summary = [_row("group", "problems", *heads), _row(*("---",) * (len(heads) + 2))]
    summary += [_row(group, str(len(names)), *means(found, names))
                for group, names in (*groups.items(), ("**all**", list(chosen)))]
    parts = []
    for group, names in groups.items():
        titles = ("#", "formula", "domain", *heads, *["best"] * ranked)
        parts += [f"\n## {group}\n\n", _row(*titles), _row(*("---",) * len(titles))]
        for name in names:
            row = [column[name] for column in found.values()]
            domain = f"`{chosen[name].domain}`" if chosen[name].domain else ""
            best = [f"{min(row):.1f}"] * ranked
            parts.append(_row(name, f"`{chosen[name].formula}`", domain, *(f"{x:.1f}" for x in row), *best))
    return _PAGE.format(head=_HEADS[which].format(points=count), file=TABLES[which].name, last=_LAST[which],
                        summary="".join(summary), groups="".join(parts))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def main(given: Sequence[str]) -> None:
    """Print the table, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[], help="names of problems")
    parser.add_argument("--group", default="", help="part of the title of groups")
    parser.add_argument("--explain", action="store_true", help="tell which rules fired")
    parser.add_argument("--peers", action="store_true", help="PyTensor and JAX too, where they are installed")
    parser.add_argument("--compiled", action="store_true", help="the kernels of C too")
    parser.add_argument("--float32", action="store_true", help="the same in float32 too")
    parser.add_argument("--gradients", action="store_true", help="gradients too")
    parser.add_argument("--table", default="given", choices=tuple(TABLES), help="which problems")
    parser.add_argument("--page", action="store_true", help="write the page in docs/, with all of its columns")
    parser.add_argument("--points", type=int, default=POINTS)
    parser.add_argument("--dtype", default="float64", choices=("float64", "float32"))
    asked = parser.parse_args(given)
    chosen = chosen_of(problems(asked.table), asked.only, asked.group)
    families = asked.page and asked.table == "families"
    peers, kernels = asked.peers or asked.page, asked.compiled or asked.page
    columns = ["written", *systems.PEERS * peers, "symnum", *["c"] * kernels]
    found = scores(chosen, columns, asked.points, asked.dtype)
    found |= more_scores(chosen, asked.points, asked.float32 or families, asked.gradients or families)
    if asked.explain:
        for name, problem in chosen.items():
            print(f"{name}: {problem.formula}\n{explained(problem, asked.dtype)}")
    print(table(found, chosen))
    if asked.page:
        PAGES[asked.table].write_text(page(found, chosen, asked.points, asked.table), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
