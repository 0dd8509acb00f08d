"""
Every plan for one small order where the days of nodes cost more as they fill.

From the documentation alone, on top of limits by the working day.
"""

from __future__ import annotations

from plain_daily import ALL, SLACK, SOMETHING, DailyWorld


class LoadedWorld(DailyWorld):
    """One order, and what may be done about it, where a policy has terms ``load``."""

    @property
    def loads(self):
        """List the terms that charge anything."""
        terms = self.policy.costs
        return [one for one in terms if one.term == "load" and one.weight > 0]

    def limited(self, name, day):
        """List measures, limits of a day, what is taken of it, and terms of it."""
        found = []
        for one in self.limits_of(name):
            taken = self.taken.get((name, one.measure.value, day), 0.0)
            mine = [x for x in self.loads if x.measure in (None, one.measure)]
            limit = one.special.get(day, one.limit)
            found.append((one.measure.value, limit, taken, mine))
        return found

    def left(self, name, day):
        """Return what is left by measure: of soft limits nothing is to be kept."""
        hard = [
            measure
            for measure, _, _, terms in self.limited(name, day)
            if all(one.over_per_unit is None for one in terms)
        ]
        found = super().left(name, day)
        return {measure: found[measure] for measure in hard}

    @staticmethod
    def charged(term, limit, work):
        """Return what a whole day's work costs."""
        dear = max(0.0, work - term.free_share * limit)
        if term.over_per_unit is None:
            return term.weight * term.per_unit * dear
        over = max(0.0, work - limit)
        cost = term.per_unit * (dear - over) + term.over_per_unit * over
        return term.weight * cost

    def added(self, name, day, work):
        """Return what work, by measure, costs that is added to a day."""
        return sum(
            self.charged(term, limit, taken + work[measure])
            - self.charged(term, limit, taken)
            for measure, limit, taken, terms in self.limited(name, day)
            for term in terms
        )

    def room(self, name, day):
        """Tell of a day on which all would have room, but cost, that it is not all."""
        found, all_ = super().room(name, day), self.wanted(name)
        work = {"orders": 1, "lines": all_, "units": all_, "workload": all_}
        if found == ALL and self.added(name, day, work) > SLACK:
            return SOMETHING
        return found

    def day_price(self, name, looks):
        """Return what all that a node does for the order costs, day by day."""
        return sum(
            self.added(
                *(name, day),
                {"orders": 1, "lines": lines, "units": units, "workload": units},
            )
            for day, units, lines in looks.days
        )
