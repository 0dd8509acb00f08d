"""
What is made of a choice: plans, reasons, explanations, and decisions made elsewhere.

``compiled`` is what every question is asked of. One order's way through: ``routing``
asks, ``assembly`` writes the plan, ``shortfall`` says why units are left (``causes``,
``certainty``), ``concluding`` puts the result together. ``explaining`` (with
``counterfactual``) and ``scoring`` answer from the same arrays.
"""
