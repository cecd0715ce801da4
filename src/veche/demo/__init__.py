"""The fictional study that ships with the package."""

from veche.demo._study import DemoStudy, make_demo

__all__ = ["DemoStudy", "make_demo"]
