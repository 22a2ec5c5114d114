"""Property tests draw the same examples on every run, so that a build is red for its change alone."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)  # a slow machine is no fault of the code
settings.register_profile("searching")
# HYPOTHESIS_PROFILE=searching draws new examples, to look for what no run has met yet.
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
