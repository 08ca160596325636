"""Where the private sockets of one run lie: a directory of their own that only its owner may enter."""

import hashlib
import os
import tempfile
from pathlib import Path

# The kernel's limit is 108 bytes on Linux and 104 elsewhere, with the closing zero.
LONGEST_PATH = 100


def socket_path(data_dir: Path, name: str) -> Path:
    """Return DATA_DIR/<name>/<name>.sock or, where that is too long for a socket, a short path that is always
    the same for this DATA_DIR and user. Creates nothing."""
    path = data_dir / name / f"{name}.sock"
    if len(os.fsencode(path)) <= LONGEST_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"smart-accounts-{os.getuid()}-{digest}" / name / f"{name}.sock"


def make_private_directory(path: Path) -> None:
    """Create `path` with mode 0700, its parents too. Raises PermissionError when somebody else owns it."""
    missing = [parent for parent in (path, *path.parents) if not parent.exists()]
    for directory in reversed(missing):
        directory.mkdir(mode=0o700, exist_ok=True)
    if path.stat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to another user.")
    path.chmod(0o700)
