"""`python -m halcyon_speaker`, and the command `halcyon-speaker`."""

import os


def main() -> int:
    """Run the command; the exit status."""
    # One thread of the matrix library: its products are small, and several threads would spin.
    # It reads this when it is imported, hence the late import.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from .cli import main as run

    return run()


if __name__ == "__main__":
    raise SystemExit(main())
