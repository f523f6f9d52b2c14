/** What a demo student finds in their workspace. */
export const SAMPLE_FILES: Readonly<Record<string, string>> = {
  'hello.py': `print("Hello from your own room!")
for number in range(1, 6):
    print(number, "squared is", number * number)
`,
  'guess.py': `import random

secret = random.randint(1, 20)
tries = 0
print("I am thinking of a number from 1 to 20.")
while True:
    answer = input("Your guess: ")
    if not answer.strip().isdigit():
        print("Digits only, please.")
        continue
    tries += 1
    guess = int(answer)
    if guess == secret:
        print("Right, after", tries, "tries!")
        break
    print("Higher!" if guess < secret else "Lower!")
`,
  'plot.py': `try:
    import matplotlib.pyplot as plt
except ModuleNotFoundError:
    raise SystemExit("This machine has no matplotlib; the other samples work without it.")

xs = [x / 10 for x in range(-30, 31)]
plt.plot(xs, [x**2 for x in xs], label="x squared")
plt.plot(xs, [x**3 / 3 for x in xs], label="x cubed, by three")
plt.legend()
plt.title("Two curves")
plt.show()
`,
};

/** What all find in the class folder. */
export const CLASS_FILES: Readonly<Record<string, string>> = {
  'worksheet.md': `# Worksheet: loops

1. Run hello.py. Change it so that it prints the squares up to 20.
2. Run guess.py and find the number in at most five tries. Which guess is best to begin with, and why?
3. Read class/temperatures.csv and print the warmest day.
`,
  'temperatures.csv': `day,celsius
Monday,14.5
Tuesday,16.0
Wednesday,15.2
Thursday,19.8
Friday,18.1
`,
};
