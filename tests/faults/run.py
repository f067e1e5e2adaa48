#!/usr/bin/env python3
"""Faults to survive, with real processes: run.py [CASE...]. UNGCUU_BUILD names the build, UNGCUU_TEST_DB a
PostgreSQL server (else SQLite), UNGCUU_KILL_ROUNDS how often the program is killed. Each case runs in a
process of its own. Last line: N passed, N failed, N skipped."""
import multiprocessing
import os
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hostile  # noqa: E402
import load  # noqa: E402
from site_ import Skip  # noqa: E402


def run_case(case, results):
    try:
        results.put(("passed", case()))
    except Skip as e:
        results.put(("skipped", str(e)))
    except BaseException:  # pylint: disable=broad-except
        results.put(("failed", traceback.format_exc()))


def main():
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    wanted = sys.argv[1:]
    for case in load.CASES + hostile.CASES:
        if wanted and case.__name__ not in wanted:
            continue
        results = multiprocessing.SimpleQueue()
        started = time.monotonic()
        process = multiprocessing.Process(target=run_case, args=(case, results))
        process.start()
        process.join()
        word, text = results.get() if not results.empty() else ("failed", f"ended with {process.exitcode}")
        counts[word] += 1
        print(f"{word:8}{case.__name__:20} {time.monotonic() - started:6.1f} s  {text}", flush=True)
    print(", ".join(f"{n} {word}" for word, n in counts.items()))
    sys.exit(1 if counts["failed"] else 0)


main()
