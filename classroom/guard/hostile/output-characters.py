"""Half characters, zeros, and codes that make terminals do things."""

print("\ud800 \udfff \x00\x00 \ufeff \u202e \x1b[2J\x1b]0;title\x07\x1bc \x9b31m \r\b\b\b")
print("\N{GRINNING FACE}" * 1000)
print("after the characters")
