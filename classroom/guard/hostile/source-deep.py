"""Code so deeply nested that the compiler gives up."""

print("before", flush=True)
exec("(" * 5000 + ")" * 5000)
