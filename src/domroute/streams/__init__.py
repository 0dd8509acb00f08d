"""Where streams of events come from: history as tables, or demand as stated."""
