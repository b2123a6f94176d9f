"""Sockets that the gateway is started with (LISTEN_FDS), as systemd does it."""
import fcntl
import os
import sys

FIRST = 3


def passing(sockets):
    """What a Gateway needs to be given these: name -> socket. They stay ours, too."""
    numbers = [str(made.fileno()) for made in sockets.values()]
    return {"prefix": [sys.executable, "-B", __file__, ":".join(numbers), ":".join(sockets)],
            "pass_fds": [made.fileno() for made in sockets.values()]}


def become(numbers, names, *command):
    """The command, as this process, with those descriptors from FIRST on."""
    # Out of the way of those numbers, which each of them may have.
    spare = [fcntl.fcntl(number, fcntl.F_DUPFD, FIRST + len(numbers)) for number in numbers]
    for index, number in enumerate(spare):
        os.dup2(number, FIRST + index)
    os.closerange(FIRST + len(numbers), max(spare) + 1)
    environment = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(numbers)),
                   "LISTEN_FDNAMES": names}
    os.execve(command[0], command, {**os.environ, **environment})


if __name__ == "__main__":
    become([int(number) for number in sys.argv[1].split(":")], *sys.argv[2:])
