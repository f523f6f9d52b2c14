"""Reads a small pickle that unfolds into more objects than fit."""

import pickle

print("growing", flush=True)
unfolding = b"]" + b"".join(b"(" + b"h\x00" * 0 + b"]" * 50 + b"e" for _ in range(1)) + b"."
pickle.loads(unfolding)
grown = [object]
while True:
    grown = pickle.loads(pickle.dumps([list(grown) for _ in range(10)], protocol=0))
