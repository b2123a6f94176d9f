"""A users' file, written by hand."""
import base64
import hashlib
import os


def device_hash(password):
    """As `kleber user add --generate` makes it: quick to verify."""
    salt = os.urandom(16)
    digest = hashlib.sha512(salt + password.encode()).digest()
    parts = (base64.b64encode(part).decode().rstrip("=") for part in (salt, digest))
    return "$kleber$sha512$" + "$".join(parts)


def write_users(file, hashes):
    """`hashes` by name."""
    file.write_text("".join(f'[[user]]\nname = "{name}"\npassword = "{text}"\n'
                            for name, text in hashes.items()))
    file.chmod(0o600)
