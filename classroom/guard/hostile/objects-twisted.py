"""Changes every list and dictionary of the interpreter that it can find."""

import gc

print("before", flush=True)
for each in gc.get_objects():
    try:
        if type(each) is list:
            each.append(each)
        elif type(each) is dict and "__builtins__" not in each:
            each["x" * 10] = each
    except BaseException:
        pass
print("after")
