"""
What may be done for an order before anybody chooses: offers, priced, and what blocks.

Who may ship what (``eligibility``), by which services (``ways``), what quotes cover
(``quoting``), and what each way costs (``blocks``, ``tariffs``): ``candidates`` puts
them together. Nothing here knows a plan.
"""
