#!/bin/sh
# manual.sh PROGRAM: the page ungcuu(1), made from what the program says about itself.
set -eu
program=$1
version=$("$program" version | sed -n '1s/^[^0-9]*\([0-9][0-9.]*\).*/\1/p')

# Text of ours as roff: backslashes and leading dots are letters, hyphens stay hyphens.
text() {
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\([.']\)/\\\\\&\1/"
}

cat <<END
.TH UNGCUU 1 "" "ungcuu $version" "Ung Cuu"
.SH NAME
ungcuu \\- cyber\\-incident response for a province, a sector or an Internet provider
.SH SYNOPSIS
.B ungcuu
.I COMMAND
[\\fIOPTIONS\\fR] [\\fIARGS\\fR]
.SH DESCRIPTION
Web site, background jobs and command line in one program, on SQLite or PostgreSQL. "ungcuu help COMMAND" tells
all options of a command.
.SH COMMANDS AND EXIT STATUS
.nf
END
"$program" help | sed '1,/^Commands:/d' | sed '/^"ungcuu help/d' | text
cat <<END
.fi
.SH FILES
.TP
.I /var/lib/ungcuu/ungcuu.conf
the configuration, with a comment for every key
.TP
.I /usr/share/doc/ungcuu/admin.md
the guide for administrators
END
