"""Looks for secrets in every environment and command line that it can read."""

import os

seen = [" ".join(f"{name}={value}" for name, value in os.environ.items())]
for number in os.listdir("/proc"):
    for name in ("environ", "cmdline"):
        try:
            with open(f"/proc/{number}/{name}", "rb") as file:
                seen.append(file.read().decode("utf-8", "replace"))
        except OSError:
            pass
for word in ("SECRET-IN-THE-ENVIRONMENT", "DATABASE_URL", "postgres://", "NODE_", "PGPASSWORD"):
    print("VIOLATED:" if any(word in text for text in seen) else "held:", "the word", word[::-1])
