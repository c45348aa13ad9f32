"""How the page of an evaluation looks."""

from __future__ import annotations

from clics.evaluation import svg

_PAGE = """
:root { color-scheme: light dark; --paper: #fff; --back: #eceff3; --ink: #1b2430; --soft: #596575; --line: #d9dee5;
  --accent: #0a63b0; --hand: #0a3f70; --t: #0a63b0; --k: #5e9fd6; --far: #e3b27a; --none: #c8cfd8; --bad: #a84300;
  --on: #fff; --onlight: #1b2430; }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #161c24; --back: #0e1217; --ink: #e4e9ef; --soft: #9aa7b6;
  --line: #2c3744; --accent: #6ab2f5; --hand: #b9dcff; --t: #6ab2f5; --k: #33699b; --far: #a9743a; --none: #46525f;
  --bad: #ffb07a; --on: #10161d; --onlight: #f2f5f8; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 "Segoe UI", "Helvetica Neue", Roboto, "Noto Sans",
  "DejaVu Sans", sans-serif; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 48px 24px; background: var(--paper); }
h1 { font-size: 30px; line-height: 1.2; font-weight: 600; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 20px; font-weight: 600; margin: 48px 0 12px; padding-top: 14px; border-top: 2px solid var(--accent); }
h3 { font-size: 15px; font-weight: 600; margin: 28px 0 6px; }
h4 { font-size: 13px; font-weight: 600; color: var(--soft); margin: 0 0 2px; }
p { margin: 0 0 10px; max-width: 78ch; }
.kicker { color: var(--accent); font-weight: 600; margin: 0; }
.note, figcaption, footer { color: var(--soft); font-size: 13px; }
code { font: 13px ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 14px; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
.tiles { display: flex; flex-wrap: wrap; margin: 20px 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.tiles div { flex: 1 1 130px; padding: 12px 14px; display: flex; flex-direction: column; box-shadow: 0 0 0 .5px var(--line); }
.tiles b { font-size: 28px; line-height: 1.15; font-weight: 600; color: var(--accent); font-variant-numeric: tabular-nums; }
.tiles span { font-size: 13px; line-height: 1.3; flex: 1; } .tiles small { color: var(--soft); font-size: 12px; margin-top: 4px; }
.scroll { overflow-x: auto; margin-bottom: 12px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; line-height: 1.4; }
th { text-align: left; font-weight: 500; color: var(--soft); vertical-align: bottom; }
th, td { padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
td:not(:first-child) { font-variant-numeric: tabular-nums; }
td i { font-style: normal; color: var(--soft); font-size: 12px; white-space: nowrap; }
td b { font-weight: 600; }
small { color: var(--soft); font-weight: 400; font-size: 12px; }
figure { margin: 20px 0 8px; min-width: 0; } figcaption { margin-top: 6px; }
.trio { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px 24px; }
.quads { display: grid; grid-template-columns: repeat(2, 1fr); gap: 20px 32px; }
.pair { display: grid; grid-template-columns: 56fr 44fr; gap: 28px; align-items: start; }
.key { display: inline-block; width: 22px; height: 0; vertical-align: middle; margin: 0 5px 0 10px;
  border-top: 2px solid var(--accent); }
.key.guess { border-top: 2px dotted var(--soft); } .key.ceiling { border-top: 2px dashed var(--ink); }
.stack { display: grid; grid-template-columns: max-content 1fr; gap: 6px 12px; align-items: center; font-size: 13px;
  color: var(--soft); }
.bar { display: flex; height: 24px; border-radius: 5px; overflow: hidden; }
.bar b { font-weight: 500; font-size: 12px; line-height: 24px; text-align: center; color: var(--onlight); }
.bar b.hand, .bar b.t { color: var(--on); }
.hand { background: var(--hand); } .t { background: var(--t); } .k { background: var(--k); } .far { background: var(--far); }
.none { background: var(--none); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 13px; margin: 10px 0 2px; max-width: none; }
.chip { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; }
.whole { white-space: nowrap; }
.meter { display: block; width: 120px; height: 7px; border-radius: 4px; background: var(--line); overflow: hidden; }
.meter b { display: block; height: 100%; background: var(--accent); }
details { margin: 6px 0 12px; } summary { cursor: pointer; color: var(--accent); font-size: 13.5px; margin-bottom: 6px; }
article { break-inside: avoid; }
.answers { display: grid; grid-template-columns: repeat(2, 1fr); gap: 12px 32px; }
.answers td:last-child { text-align: right; vertical-align: top; }
.answers td { padding: 2px 8px 2px 0; } .answers td:first-child { padding-left: 1.3em; text-indent: -1.3em; }
.answers .note { margin-bottom: 3px; } .answers .pattern { grid-column: 1 / -1; }
.mark { display: inline-block; width: 1.3em; text-indent: 0; font-weight: 700; color: var(--soft); }
.m0 { color: var(--accent); } .m1 { color: var(--accent); } .m2 { color: var(--bad); }
.near td, .near th { vertical-align: top; } .near th { color: var(--ink); } .near tr:first-child th { color: var(--soft); }
.near ol { margin: 0; padding: 0; list-style: none; } .near li { display: flex; gap: 10px; } .near li span { order: 2; }
footer { margin-top: 40px; border-top: 1px solid var(--line); padding-top: 10px; }
@media (max-width: 760px) { main { padding: 20px 16px; } .trio, .quads, .pair, .answers { grid-template-columns: 1fr; } }
@media print { @page { size: A4; margin: 14mm; } body { background: #fff; font-size: 9.5pt; } main { max-width: none;
  padding: 0; } .tiles div { flex-basis: 0; padding: 8px; } .tiles b { font-size: 20px; }
  nav, details { display: none; } h2 { break-after: avoid; margin-top: 24px; } h3 { break-after: avoid; }
  figure, tr, .stack { break-inside: avoid; } table { font-size: 8.5pt; } }
"""

STYLE = _PAGE + svg.STYLE
