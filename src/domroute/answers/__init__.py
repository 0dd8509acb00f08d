"""
What is made of a choice: plans, reasons, explanations, and decisions made elsewhere.

``compiled`` is what every question is asked of. One order's way through: ``routing``
asks, ``assembly`` writes the plan, ``shortfall`` says why units are left (``causes``,
``certainty``), ``concluding`` puts the result together. ``explaining`` puts all nodes
beside it (``alone``, ``counterfactual``, ``alternatives``) and answers the first
``questions``; ``scoring`` answers from the same arrays.
"""
