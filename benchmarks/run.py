"""symnum and its peers side by side: ``python benchmarks/run.py --quick``, or ``--only softmax --peers jax torch``."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from bandwidth import copied_bytes_a_second
from goals import verdict
from plan import Size, Workload, check, workloads
from report import Case, chart, details, rows, seconds, summary
from starts import BUILT, build_seconds, chain_seconds, import_seconds, write_bytecode
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
    """Seconds until the first result, cold and warm, and how those of symnum compare."""
    write_bytecode()
    lines, ratios = [], defaultdict[str, list[float]](list)
    for name, chosen in BUILT:
        work, ours = plan[name], 0.0
        title = " ".join([name, *(f"{key} {value}" for key, value in chosen.items())])
        arguments = (name, {**work.tiny, **chosen}, work.dtypes[0], work.static)
        for system in competitors(["symnum", *(p for p in work.peers if p in peers and p not in ("numpy", "numexpr"))]):
            try:
                cold, warm = build_seconds(system.name, arguments, rounds)
            except (subprocess.SubprocessError, ValueError, IndexError) as error:
                lines.append([title, system.name, f"failed: {error}", ""])
            else:
                lines.append([title, system.name, seconds(cold), seconds(warm)])
                ours = cold if system.name == "symnum" else ours
                ratios[system.name] += [ours / cold] if ours else []
            print(" ".join(lines[-1]), file=sys.stderr, flush=True)
    lines.append(["chain of 2,000 nodes", "symnum", seconds(chain_seconds()), ""])
    means = [[peer, f"{statistics.geometric_mean(found):.2f}"] for peer, found in ratios.items()
             if found and peer != "symnum"]
    return "\n\n".join((rows(("build and first call", "system", "empty cache", "second process"), lines),
                        rows(("peer", "symnum / peer with an empty cache, geometric mean"), means)))


def imports(peers: list[str], rounds: int) -> str:
    """Seconds of imports after NumPy's."""
    write_bytecode()
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
    page += ["", verdict(cases)] if cases else []
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
