"""Runs a program in a terminal of its own that nobody looks at; what it has shown is printed when it fails or hangs."""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

process, terminal = pty.fork()
if process == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
shown = b""
end = time.monotonic() + 60
while time.monotonic() < end:
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:
        # The program has closed its end.
        break
    shown += data
else:
    os.kill(process, signal.SIGKILL)
code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
if code != 0:
    sys.stdout.buffer.write(shown)
sys.exit(1 if code else 0)
