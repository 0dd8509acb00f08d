"""One file per table; each makes its rows from what it has just run."""
