"""Packages of npm's, as a package-lock.json pins them."""
import shutil
import subprocess


def install(wanted, folder):
    """What is in the folder `wanted`, once, into one where npm may write."""
    done = folder / "installed.json"
    lock = (wanted / "package-lock.json").read_text()
    if done.exists() and done.read_text() == lock:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(wanted / name, folder / name)
    npm = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                         capture_output=True, text=True)
    if npm.returncode != 0:
        raise AssertionError(f"npm could not fetch what {wanted.name} needs:\n"
                             f"{npm.stdout}{npm.stderr}")
    done.write_text(lock)
