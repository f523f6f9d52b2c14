"""Puts modules beside itself that have the names of the library's: whoever imports from here runs them."""

for name in ("os", "json", "selectors", "socket", "signal", "struct", "linecache", "traceback", "codeop", "sitecustomize", "usercustomize", "matplotlib"):
    with open(f"/workspace/{name}.py", "w") as file:
        file.write("print('VIOLATED: a module of the workspace was loaded')\nraise SystemExit\n")
print("made")
