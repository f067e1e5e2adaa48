#!/usr/bin/env python3
"""Every class that a page uses is in the style sheet: a misspelt one would fail in silence."""
import glob
import re
import sys

css = "".join(open(f, encoding="utf-8").read() for f in glob.glob("ui/css/*.css"))
known = set(re.findall(r"\.([a-zA-Z][\w-]*)", css)) | {"alert-link", "alert-title", "decide"}
wrong = 0
for name in sorted(glob.glob("src/app/**/*.html", recursive=True) + ["src/sys/form/form_html.c"]):
    for number, line in enumerate(open(name, encoding="utf-8"), 1):
        # Expressions may hold part of a name: "clock-{{ kind }}".
        line = re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*", "", re.sub(r"\{%.*?%\}", " ", line))
        for value in re.findall(r'class=\\?"([^"\\]*)', line):
            for word in value.split():
                if word not in known and "%" not in word:
                    print(f"{name}:{number}: class \"{word}\" is not in ui/css")
                    wrong += 1
sys.exit(1 if wrong else 0)
