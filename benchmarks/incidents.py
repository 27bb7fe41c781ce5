"""Plays 50 weeks with an incident and 50 ordinary ones to the watchers, and prints what they noticed.

python benchmarks/incidents.py            the table for the docs
python benchmarks/incidents.py --seed 7   other weeks
python benchmarks/incidents.py --mistakes what was missed, and what was told wrongly
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "analysis"))

from incident_scores import SEED, Score, overall, scores


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--mistakes", action="store_true")
    parser.add_argument("--quarters", type=int, default=1, help="of an hour between two looks at usage")
    asked = parser.parse_args()
    found = scores(asked.seed, print if asked.mistakes else lambda _: None, asked.quarters)
    print("| Watcher | Incidents | Found | Alerts | Right | Precision | Recall |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for kind, score in found.items():
        print(_row(kind.replace("_", " "), score))
    print(_row("all", overall(found.values())))


def _row(name: str, score: Score) -> str:
    counts = f"{score.incidents} | {score.found} | {score.alerts} | {score.right}"
    return f"| {name} | {counts} | {score.precision:.2f} | {score.recall:.2f} |"


if __name__ == "__main__":
    main()
