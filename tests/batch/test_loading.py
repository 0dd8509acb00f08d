"""The compiled kernel is loaded once, beside the work; who asks does not wait."""

import pytest

from domroute.batch import loading


class Endless:
    """A loader that never comes to an end, and knows how long it was waited for."""

    is_done = False

    def __init__(self):
        """Start with nobody waiting."""
        self.waited = []

    def start(self):
        """Compile nothing."""

    def join(self, seconds):
        """Note the seconds, and do not let them pass."""
        self.waited.append(seconds)


@pytest.fixture
def loaders(monkeypatch):
    """Return the list of loaders, with none that has begun."""
    made = []
    monkeypatch.setattr(loading, "_LOADERS", made)
    monkeypatch.setattr(loading, "_Loader", Endless)
    return made


def test_loading_begins_once(loaders):
    """However often it is asked for, one thread compiles."""
    loading.load()
    loading.load()

    assert len(loaders) == 1


def test_without_numba_nothing_is_loaded(loaders, monkeypatch):
    """NumPy does the work then."""
    monkeypatch.setattr(loading, "find_spec", lambda _: None)

    loading.load()

    assert loaders == []
    assert not loading.is_loaded(5.0)


def test_nobody_waits_who_does_not_ask_to(loaders):
    """To look whether the kernel is there takes no time; to wait takes what is said."""
    loading.load()

    assert not loading.is_loaded()
    assert not loading.is_loaded(2.5)
    assert loaders[0].waited == [0.0, 2.5]


def test_thread_says_what_it_does():
    """Whoever lists the threads of a service sees which one compiles, and may end."""
    loader = loading._Loader()

    assert loader.name == "domroute-compile"
    assert loader.daemon
