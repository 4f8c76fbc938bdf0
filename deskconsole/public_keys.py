"""Public keys of SSH: reading one, and the line that lets its owner in.

The format is that of `authorized_keys` in sshd(8); what a key's body holds is in RFC 4253, 6.6.
"""

import base64
import binascii
import hashlib
import shlex
import struct
from collections.abc import Sequence

from deskconsole.errors import BadInput
from deskconsole.model import PublicKey
from deskconsole.text import clean_line

KINDS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)
_RSA_BITS = 2048  # the least that is safe, and that OpenSSH's own tools make
_POINTS = {"nistp256": 65, "nistp384": 97, "nistp521": 133}  # bytes of an uncompressed point
_WHERE = "give the one line of a .pub file, such as ~/.ssh/id_ed25519.pub"


def parse_public_key(text: str) -> PublicKey:
    """The key in the one line of a `.pub` file; BadInput for anything else."""
    if "PRIVATE KEY" in text:
        raise BadInput(f"this is a private key, which nobody else may have; {_WHERE}")
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) != 1:
        raise BadInput(f"{'no key' if not lines else 'more than one line'} was given; {_WHERE}")
    kind, _, rest = clean_line(lines[0]).partition(" ")
    body, _, comment = rest.partition(" ")
    if kind not in KINDS:
        raise BadInput(f"{kind!r} is no kind of key that serves; {_WHERE}")
    try:
        blob = base64.b64decode(body, validate=True)
        fields = _fields(blob)
    except (binascii.Error, struct.error):
        fields = []
    if not fields or fields[0] != kind.encode() or not _fits(kind, fields[1:]):
        raise BadInput(f"the key is cut off or damaged; {_WHERE}")
    if kind == "ssh-rsa" and int.from_bytes(fields[-1]).bit_length() < _RSA_BITS:
        raise BadInput(f"an RSA key of less than {_RSA_BITS} bits is not safe; make another")
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return PublicKey(f"SHA256:{digest}", kind, body, comment.strip())


def _fits(kind: str, fields: Sequence[bytes]) -> bool:
    """Whether a key of this kind is made of such fields: RFC 5656, RFC 8709, PROTOCOL.u2f."""
    own = fields[:-1] if kind.startswith("sk-") else fields  # the last is the application
    sizes = [len(field) for field in own]
    if "ed25519" in kind:
        return sizes == [32]
    if kind == "ssh-rsa":
        return len(own) == 2 and int.from_bytes(own[0]) > 2 and bool(own[0][-1] & 1)
    curve = next(name for name in _POINTS if name in kind)
    return len(own) == 2 and own[0] == curve.encode() and sizes[1] == _POINTS[curve]


def _fields(blob: bytes) -> list[bytes]:
    """The strings that a key's body is made of; struct.error where it is cut off."""
    fields = []
    while blob:
        (length,) = struct.unpack_from(">I", blob)
        if len(blob) < 4 + length:
            raise struct.error
        fields.append(blob[4 : 4 + length])
        blob = blob[4 + length :]
    return fields


def authorized_line(key: PublicKey, command: Sequence[str]) -> str:
    """The line of `authorized_keys` that lets the key's owner run this command and no other.

    BadInput where the command cannot stand in one line of text.
    """
    for word in command:
        if not word.isprintable():
            raise BadInput(f"{clean_line(word)!r} cannot stand in a line of authorized_keys")
    quoted = shlex.join(command).replace('"', '\\"')
    return f'restrict,pty,command="{quoted}" {key.kind} {key.body} {key.comment}'.rstrip()
