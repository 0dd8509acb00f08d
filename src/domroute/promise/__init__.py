"""When: calendars, cut-offs, work, pick-ups and transit become dates of offers."""
