"""What one packet between the host and a run is about: its first byte. 1 to 6 are those of the room's wire."""

STDOUT = 1
STDERR = 2
PROMPT = 3
FIGURE_PART = 5
FIGURE_END = 6
FILE_PART = 16
FILE_END = 17

# From a run to its host only.
#: Native code's output (two u32: bytes in the pipes of stdout and stderr) comes before what follows.
SYNC = 32
STATE = 33
NOTICE = 34
#: Name of the exception that ends the run.
UNCAUGHT = 35

# From the host to a run.
START = 64
CODE = 65
#: No more code at this prompt.
CODE_END = 66

# Between the host and its file worker.
OPERATION = 80
DONE = 81
ABORT = 82

#: Most bytes of content in one packet or frame.
MOST_CONTENT_BYTES = 65_536

STATES = {b"r": "running", b"i": "waiting-for-input", b"c": "waiting-for-code"}
NOTICES = ("process-limit", "file-size-limit", "open-files-limit", "figure-too-large")
