"""On what kind of file system a folder lies: those of other machines keep locks and fsync less well than they say."""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["network_file_system"]

_MOUNTS = "/proc/self/mountinfo"

_NETWORK = frozenset(
    "9p afs beegfs ceph cifs coda davfs fuse.ceph fuse.davfs2 fuse.gcsfuse fuse.glusterfs fuse.goofys "
    "fuse.juicefs fuse.rclone fuse.s3fs fuse.smbnetfs fuse.sshfs fuse.vmhgfs-fuse gpfs lustre ncpfs "
    "nfs nfs4 orangefs pvfs2 smb2 smb3 smbfs vboxsf virtiofs".split()
)
"""File systems, by the names that Linux gives them, whose files another machine has."""

_OCTAL = re.compile(r"\\([0-7]{3})")


def network_file_system(path: str, mounts: str = _MOUNTS) -> str | None:
    """The name of the network file system that holds the path; None where it is none, or where that is not known."""
    try:
        lines = Path(mounts).read_text("utf-8", "surrogateescape").splitlines()
        real = os.path.realpath(path)
    except OSError:  # no Linux, or no leave to look
        return None
    longest, kind = "", None
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = _OCTAL.sub(lambda code: chr(int(code[1], 8)), fields[4])
        holds = real == point or real.startswith(point.rstrip("/") + "/")
        if holds and len(point) >= len(longest):  # of two on one place, the later one is seen
            longest, kind = point, after.split(" ", 1)[0]
    return kind if kind in _NETWORK else None
