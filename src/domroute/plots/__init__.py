"""
Pictures of results: maps, waterfalls, histories, heat maps, strips and fronts.

They need matplotlib, the extra ``plots``, which is loaded when the first picture is
drawn. Every function draws on the axes that it is given, or on new ones, and returns
them: titles, sizes and files are the caller's. Colors differ in lightness and go with
markers, so pictures can be read in gray.
"""

from domroute.plots.flows import flow_map
from domroute.plots.front import pareto_front
from domroute.plots.gap import gap_history
from domroute.plots.heat import price_heatmap
from domroute.plots.strips import kpi_strips
from domroute.plots.waterfall import cost_waterfall

__all__ = [
    "cost_waterfall",
    "flow_map",
    "gap_history",
    "kpi_strips",
    "pareto_front",
    "price_heatmap",
]
