"""A file as large as an upload may be is read without filling the memory (I12)."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
ROW = "K%07d,客户 number %d with a name of some length,华东,alice," + "x" * 60 + "\n"
# Reads the file in a process of its own and prints the rows and the growth of its memory in KiB.
READ = """
import sys, resource, django; django.setup()
from pathlib import Path
from salesops.exchange.reading import open_source
def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = most()
print(sum(1 for _row in open_source(Path(sys.argv[1]), file={}, join={}).rows()), most() - before)
"""


def test_a_file_of_fifty_megabytes_is_read_within_bounds(tmp_path):
    """I12: row by row; the memory does not grow with the file."""
    path = tmp_path / "large.csv"
    block = "".join(ROW % (number, number) for number in range(1000))
    blocks = 50 * 1024 * 1024 // len(block.encode()) + 1
    with path.open("w", encoding="utf-8") as file:
        file.write("code,name,region,owner,remarks\n")
        for _n in range(blocks):
            file.write(block)
    env = {
        "DJANGO_SETTINGS_MODULE": "salesops.settings",
        "SALESOPS_HOME": str(tmp_path),
        "SECRET_KEY": "x" * 60,
    }
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    rows, grown = map(int, done.stdout.split())
    assert rows == blocks * 1000
    assert grown < 30 * 1024, f"{grown / 1024:.0f} MiB"
