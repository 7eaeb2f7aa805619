"""symnum and its peers side by side: ``python benchmarks/run.py --quick``, or ``--only softmax --peers jax torch``."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from pathlib import Path

from bandwidth import copied_bytes_a_second
from plan import Size, Workload, check, workloads
from report import Case, chart, details, rows, seconds, summary
from starts import BUILT, build_seconds, chain_seconds, import_seconds
from systems import PACKAGES, competitors, reference
from turns import THREADS, Result, limit_threads, take_turns

STARTS = ("build", "import")


def measured(work: Workload, size: Size, dtype: str, peers: list[str], rounds: int, bandwidth: float) -> Case:
    """All systems on one case; who fails or is wrong is left out and named."""
    systems = competitors(["symnum", *(p for p in work.peers if p in peers)])
    found = take_turns(systems, (work.name, size, dtype, work.static), rounds=rounds, strict=False)
    expected = reference(work.name, size, dtype)
    failures = {name: why for name, r in found.items() if (why := fault(r, expected, work.tolerance[dtype]))}
    needed = work.bytes_at_least(size, dtype)
    described = ", ".join(f"{name} {length:,}" for name, length in size.items())
    return Case(" ".join(filter(None, (work.name.replace("_", " "), described, dtype))), work.kind,
                {name: Result(r.seconds) for name, r in found.items() if name not in failures}, failures,
                None if needed is None else needed / bandwidth)


def fault(result: Result, expected: tuple[object, ...], tolerance: float) -> str | None:
    """Why a result does not count."""
    if isinstance(result.value, Exception):
        return " ".join(str(result.value).split())[:200]
    return check(result.value if isinstance(result.value, tuple) else (result.value,), expected, tolerance)


def builds(plan: dict[str, Workload], peers: list[str], rounds: int) -> str:
    """Seconds until the first result, cold and warm."""
    lines = []
    for name in BUILT:
        work = plan[name]
        size, dtype = next(work.cases(quick=True))
        for system in competitors(["symnum", *(p for p in work.peers if p in peers and p not in ("numpy", "numexpr"))]):
            try:
                cold, warm = build_seconds(system.name, (name, size, dtype, work.static), rounds)
            except (subprocess.SubprocessError, ValueError, IndexError) as error:
                lines.append([name, system.name, f"failed: {error}", ""])
            else:
                lines.append([name, system.name, seconds(cold), seconds(warm)])
            print(" ".join(lines[-1]), file=sys.stderr, flush=True)
    lines.append(["chain of 2,000 nodes", "symnum", seconds(chain_seconds()), ""])
    return rows(("build and first call", "system", "empty cache", "second process"), lines)


def imports(peers: list[str], rounds: int) -> str:
    """Seconds of imports after NumPy's."""
    lines = [[s.name, seconds(import_seconds(PACKAGES[s.name], rounds))]
             for s in competitors(["symnum", *(p for p in peers if p not in ("symnum", "numpy"))])]
    return rows(("import after NumPy", "seconds"), lines)


def main() -> None:
    """Measure what was asked for; write ``results/NAME.md`` and ``results/NAME.png``."""
    plan = workloads()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[*plan, *STARTS], default=[*plan, *STARTS])
    parser.add_argument("--peers", nargs="*", choices=list(PACKAGES), default=list(PACKAGES))
    parser.add_argument("--size", type=json.loads, help='instead of those of the plan, as \'{"n": 1000}\'')
    parser.add_argument("--dtype", choices=["float64", "float32"], help="instead of those of the plan")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--quick", action="store_true", help="one size and dtype of each, few rounds")
    parser.add_argument("--name", default="results", help="of the files written")
    given = parser.parse_args()
    limit_threads()
    rounds = given.rounds or (5 if given.quick else 15)
    bandwidth = copied_bytes_a_second()
    cases = []
    for name in (n for n in given.only if n in plan):
        chosen = plan[name].cases(quick=given.quick)
        wanted = [(given.size or size, given.dtype or dtype) for size, dtype in chosen]
        for size, dtype in {json.dumps(pair): pair for pair in wanted}.values():
            cases.append(measured(plan[name], size, dtype, given.peers, rounds, bandwidth))
            print(details(cases[-1]), "\n", file=sys.stderr, flush=True)
    machine = f"{platform.machine()}, Python {platform.python_version()}, {THREADS} threads"
    page = [f"{machine}, {rounds} rounds, copies {bandwidth / 1e9:.1f} GB/s\n", "## Summary\n", summary(cases)]
    few = 1 if given.quick else 5
    page += ["\n## Builds\n", builds(plan, given.peers, few)] if "build" in given.only else []
    page += ["\n## Imports\n", imports(given.peers, 3)] if "import" in given.only else []
    page += ["\n## Details\n", "\n\n".join(map(details, cases))]
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    (folder / f"{given.name}.md").write_text("\n".join(page) + "\n")
    chart(cases, folder / f"{given.name}.png")
    print("\n".join(page))


if __name__ == "__main__":
    main()
