"""Makes matplotlib's list of fonts, once, in a throwaway room."""

import os

os.nice(19)
os.environ["MPLCONFIGDIR"] = os.path.join(os.environ["ROWHOUSE_WORKSPACE"], "matplotlib")
os.makedirs(os.environ["MPLCONFIGDIR"])

import matplotlib.font_manager  # noqa: E402

matplotlib.font_manager.fontManager
