"""How the page of benefits looks: one sheet of styles, on screen and on paper."""

from typing import Final

STYLE: Final = """\
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #222;
  font: 17px/1.55 Georgia, "Times New Roman", serif; }
main { max-width: 54rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1, h2, table, .bars { font-family: "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 2rem; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #ccc; }
.lead { font-size: 1.2rem; }
dt { font-weight: bold; }
dd { margin: 0 0 .6rem; }
table { border-collapse: collapse; font-size: .85rem; width: 100%; }
.wide { overflow-x: auto; }
th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #e3e3e3; }
th { vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; }
td.words, th.words { text-align: left; }
tr.sum td { font-weight: bold; border-top: 2px solid #888; }
data { font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 0; }
figure svg { max-width: 100%; height: auto; }
figcaption, .note { font-size: .85rem; color: #555; }
.bar { display: flex; gap: .6rem; align-items: center; margin: .25rem 0;
  font-size: .85rem; }
.bar-title { flex: 0 0 11rem; }
.bar-room { position: relative; flex: 1; height: 1.3rem; background: #f4f4f4; }
.bar-room i { position: absolute; top: 0; bottom: 0; }
.bar-label { flex: 0 0 6rem; text-align: right; }
.up { background: #2a7f5f; }
.down { background: #b5482f; }
.sum { background: #44546a; }
tr.sum { background: none; }
details summary { cursor: pointer; }
@media print { main { max-width: none; } details { display: block; } }
"""
"""CSS, written into the page."""
