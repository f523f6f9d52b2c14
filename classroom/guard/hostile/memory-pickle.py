"""Reads pickles that unfold into ten times as many objects each time."""

import pickle

print("growing", flush=True)
grown = [0]
while True:
    grown = pickle.loads(pickle.dumps([list(grown) for _ in range(10)], protocol=0))
