"""The offers of a delivery laid out, dated, and shown to terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domroute.costs.asking import ask
from domroute.costs.charges import Kinds
from domroute.costs.term import Charges, CostTerm, Pricer, Question
from domroute.offers.classes import Stocked, Waiting
from domroute.offers.dating import Dating, Undated
from domroute.offers.delivery import DeliveryAtHand
from domroute.offers.eligibility import Mark
from domroute.offers.freshness import Lasting
from domroute.offers.laid import Laid
from domroute.offers.services import Serving
from domroute.offers.workdays import Workdays
from domroute.promise.dated import Dates
from domroute.records import record
from domroute.units import BoolArray, IntArray


@record
class Asking:
    """
    How the offers of a delivery are laid out.

    Attributes
    ----------
    delivery
        The delivery, and the nodes that may send some of it.
    serving
        Who hands shipments to which service.
    dating
        When they leave and arrive; None where nothing says when.
    quoted
        Nodes from which a quote covers the shipment whatever it goes by, ``(K,)``.
    any_carrier, any_date
        Whether there is a carrier for everything besides, and whether any date will do.
    waiting
        What its lines may wait for; None where all is there.
    lasting
        Until when what is there may be with the customer; None where all of it keeps.
    workdays
        What nodes have left on their working days; None where none has a limit.
    unbound
        Lines of the order that no rule on tags keeps from any service.
    """

    delivery: DeliveryAtHand
    serving: Serving
    dating: Dating | None
    quoted: BoolArray | None
    any_carrier: bool
    any_date: bool
    waiting: Waiting | None = None
    lasting: Lasting | None = None
    workdays: Workdays | None = None
    unbound: Sequence[int] = ()

    def lay_out(self, *, picks: bool) -> Asked:
        """Lay offers out, and leave out those whose dates will not do."""
        delivery = self.delivery
        laid = self.serving.lay_out(
            delivery, picks=picks, quoted=self.quoted, any_carrier=self.any_carrier
        )
        lacking: Mark | None = None
        if self.serving.handling is not None:
            laid, lacking = self.serving.handling.narrow(delivery, laid, self.unbound)
        dates: Dates | None = None
        late: Undated | None = None
        released: IntArray | None = None
        made: BoolArray | None = None
        stocked: Stocked | None = None
        if self.dating is not None:
            spread, dates, released = self.dating.date(
                *(delivery, laid, self.waiting),
                any_date=self.any_date,
                workdays=self.workdays,
            )
            laid, stocked = spread.laid, spread.stocked
        fresh = None if self.lasting is None else self.lasting.allows(laid, dates)
        lacks = None if dates is None or self.any_date else dates.lack
        in_time: BoolArray | None = None
        if dates is not None and lacks is not None and np.count_nonzero(lacks):
            in_time = dates.is_fine
        if in_time is not None or fresh is not None:
            lack = np.zeros(len(laid.service), np.int64) if lacks is None else lacks
            late = Undated(delivery, laid, lack, stocked, fresh)
        if fresh is not None:
            laid, stocked = self._good(laid, fresh, stocked)
        if dates is not None and in_time is not None:
            if stocked is not None:
                stocked = stocked.only(in_time.nonzero()[0])
            laid, dates, made = _in_time(laid, dates, in_time)
        waits = None if stocked is None else stocked.by_class > 0
        question = delivery.ask(laid, self.serving.services, dates, waits)
        return Asked(laid, dates, late, released, made, question, stocked, lacking)

    def _good(
        self, laid: Laid, fresh: BoolArray, stocked: Stocked | None
    ) -> tuple[Laid, Stocked | None]:
        """Leave out lines that would not be good when they come; what arrives keeps."""
        good = fresh
        if stocked is not None and self.waiting is not None:
            node = laid.node
            node = np.arange(len(laid.service)) if node is None else node
            stocked = stocked.barring(~fresh, self.waiting.arriving(stocked, node))
            good = fresh | (stocked.limit > 0)
        carries = good if laid.carries is None else good & laid.carries
        # Services that are alike bring at other dates: they are even no more.
        return replace(laid, carries=carries, zones=0), stocked


def _in_time(
    laid: Laid, dates: Dates, made: BoolArray
) -> tuple[Laid, Dates, BoolArray | None]:
    """
    Leave out offers whose dates will not do: all but those that are ``made``.

    Where services may turn out to be even, offers of a node stay that has others, to be
    marked as none; the marks come last, ``(A,)``.
    """
    if not laid.zones:
        return laid.only(made), dates.only(made.nonzero()[0]), None
    runs = len(laid.runs)
    kept = np.logical_or.reduce(made.reshape(runs, -1), axis=0)
    size = int(np.count_nonzero(kept))
    if size < len(kept):
        at = np.concatenate((kept,) * runs).nonzero()[0]
        laid, dates, made = laid.from_nodes(size, at), dates.only(at), made[at]
    is_all = np.count_nonzero(made) == len(made)
    return laid, dates, None if is_all else made


@record
class Asked:
    """
    A delivery's offers, as terms are asked about them.

    Attributes
    ----------
    laid, dates
        The offers, and when they leave and arrive.
    late
        Those that were left out for their dates; None where none was.
    released
        From when on each line may leave, where that differs; shape ``(G,)``.
    made
        Which of the offers there are; None for all; shape ``(A,)``.
    question
        What terms are asked.
    stocked
        What of its node's stock each may take; None where all of it.
    lacking
        The nodes all of whose services lack a tag that a line needs; None for none.
    """

    laid: Laid
    dates: Dates | None
    late: Undated | None
    released: IntArray | None
    made: BoolArray | None
    question: Question
    stocked: Stocked | None = None
    lacking: Mark | None = None

    def kinds(self) -> Kinds | None:
        """Tell nodes apart by who reaches them in time; None if all services do."""
        if self.made is None:
            return None
        zone = self.laid.zone[self.laid.runs[0]]
        return Kinds.of(zone, self.made.reshape(len(self.laid.runs), -1))

    @property
    def barred(self) -> BoolArray | None:
        """The lines of which each takes what arrives alone; None for none."""
        return None if self.stocked is None else self.stocked.barred

    @property
    def brings(self) -> BoolArray | None:
        """The lines of which more is there by the class of each; None for all."""
        return None if self.stocked is None else self.stocked.brings

    @property
    def by_class(self) -> IntArray | None:
        """The class of stock by which each leaves; None where all is there."""
        return None if self.stocked is None else self.stocked.by_class

    def limited(self, limit: IntArray, nodes: IntArray) -> IntArray:
        """
        Limit what offers take to what their nodes give.

        Parameters
        ----------
        limit
            Units of each line that nodes at hand give; shape ``(G, M)``.
        nodes
            The node of each offer; shape ``(A,)``.
        """
        if self.stocked is not None:
            return self.stocked.limit  # which is of no more than nodes give
        if len(nodes) != limit.shape[1] or self.laid.node is not None:
            limit = limit.take(nodes, axis=1)
        return limit

    def kept(self, served: BoolArray | None, *, are_marked: bool) -> BoolArray | None:
        """Return which offers there are; None for all."""
        if self.made is None or are_marked:
            return served
        return self.made if served is None else served & self.made


def asked_of(
    asking: Asking, terms: Sequence[tuple[CostTerm, Pricer]]
) -> tuple[Asked, list[tuple[CostTerm, Charges]]]:
    """Lay out the offers of a delivery, and ask every term what it charges."""
    picks = asking.serving.picks
    while True:
        asked = asking.lay_out(picks=picks)
        charged = [(term, ask(term, pricer, asked.question)) for term, pricer in terms]
        if picks or all(made.carriers is None for _, made in charged):
            return asked, charged
        picks = True  # a term that does not say so turns out to charge by service
