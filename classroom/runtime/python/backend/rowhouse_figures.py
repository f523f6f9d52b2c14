"""What `plt.show()` does in a room: sends every open figure to the student as a picture, and closes it."""

import io
import sys
import warnings

from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg


def _send(figure):
    """A program that the student's program started has no way to show one."""
    writer = getattr(sys.__stdout__, "buffer", None)
    if not hasattr(writer, "send_figure"):
        warnings.warn("Only the program itself can show figures, not one that it starts: save it with savefig().")
        return
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    writer.send_figure(picture.getvalue())


class FigureManager(FigureManagerBase):
    def show(self):
        """For `figure.show()`, which leaves it open."""
        _send(self.canvas.figure)


class FigureCanvas(FigureCanvasAgg):
    manager_class = FigureManager


def show(*args, **kwargs):
    """Everything that is open, in the order in which it was made."""
    for manager in sorted(Gcf.get_all_fig_managers(), key=lambda manager: manager.num):
        try:
            _send(manager.canvas.figure)
        finally:
            Gcf.destroy(manager)
