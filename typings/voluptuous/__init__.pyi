# From Home Assistant 2026.9 on, `import voluptuous` gives probatio, which is typed.
from probatio import *  # noqa: F403 - the one is the other
