"""Names that are no text, are as long as can be, or look like commands."""

import os

os.chdir("/workspace")
for name in (b"\xff" * 255, b"\x01\x1b[2J", b"-rf", b"a\nb", "\u202egnp.exe".encode(), b"..\\..\\x", b"con", b"%2e%2e", b" "):
    with open(name, "wb") as file:
        file.write(b"x")
print("made")
