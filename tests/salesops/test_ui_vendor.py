"""What was taken from others stands under its version with its licence, byte for byte as listed."""

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTED = ROOT / "static" / "vendor" / "VERSIONS.md"
LINE = re.compile(r"^\| `([^`]+)` \| [^|]+ \| `([0-9a-f]{64})` \|$", re.M)


def test_every_vendored_file_is_listed_with_its_hash():
    listed = dict(LINE.findall(LISTED.read_text()))
    folders = [ROOT / "static" / "vendor", ROOT / "tests" / "e2e" / "vendor"]
    found = {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path != LISTED
    }
    assert found == listed


def test_every_vendored_package_has_its_licence():
    for folder in [*(ROOT / "static/vendor").iterdir(), *(ROOT / "tests/e2e/vendor").iterdir()]:
        if folder.is_dir():
            assert (folder / "LICENSE").is_file(), folder.name
            assert re.search(r"-\d+\.\d+\.\d+$", folder.name), folder.name


def test_the_pages_load_nothing_from_elsewhere():
    for template in (ROOT / "templates").rglob("*.html"):
        assert not re.search(r"""(src|href)=["'](https?:)?//""", template.read_text()), template
