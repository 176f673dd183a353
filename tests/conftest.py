"""Settings that all tests share."""

import os

from hypothesis import settings

# Machines that run tests are busy, so an example has no deadline of its own. What runs before a
# change lands is repeatable; everywhere else every run looks at new examples.
settings.register_profile("halcyon", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("halcyon")
