"""Runs a command in a terminal and answers what it asks: terminal.py '[["text to wait for", "answer"], …]' <command> [argument …]"""

import fcntl
import json
import os
import pty
import struct
import sys
import termios


def main() -> int:
    steps, command = json.loads(sys.argv[1]), sys.argv[2:]
    process, terminal = pty.fork()
    if process == 0:
        # A new terminal has no columns, and each character would be a line.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
        os.execvp(command[0], command)
    printed = ""
    for expected, answer in [*steps, (None, "")]:
        while expected is None or expected not in printed:
            try:
                text = os.read(terminal, 65536).decode(errors="replace")
            except OSError:  # Linux reports the end of the command as an error.
                text = ""
            if not text:
                break
            sys.stdout.write(text)
            printed += text
        printed = ""
        if answer:
            os.write(terminal, answer.encode())
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


sys.exit(main())
