"""
What may be done for an order before anybody chooses: offers, priced, and what blocks.

Who may ship what (``eligibility``), by which services (``services``), what quotes cover
(``quoting``), and what each offer costs (``blocks``): ``offers`` puts them
together, and ``blocked`` reads off why others are none. Nothing here knows a plan.
"""
