/** One sheet for screen and paper; nothing is fetched. White paper, dark ink: a page to be filed. */
export const pageStyle = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1b1f24; overflow-wrap: anywhere;
  font: 16px/1.5 -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
main, header, footer { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 2rem; }
footer { padding: 2rem 1rem; color: #4d5866; font-size: .875rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .75rem; padding-bottom: .375rem;
  border-bottom: 2px solid #1b1f24; }
h2 span { font-weight: 400; font-size: 1rem; color: #4d5866; }
h3 { font-size: 1rem; line-height: 1.4; margin: 0; }
p { margin: 0 0 .5rem; }
a { color: #0b57a4; }
a:focus-visible { outline: 3px solid #0b57a4; outline-offset: 2px; }
.muted { color: #4d5866; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .5rem; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0;
  border-bottom: 1px solid #d4d9df; }
th { font-weight: 600; }
.numbers { margin-top: 1.5rem; max-width: 44rem; }
.numbers th:not(:first-child), .numbers td { text-align: right; font-variant-numeric: tabular-nums; }
.items { list-style: none; margin: 0; padding: 0; }
.item { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: 0 1rem; padding: .75rem 0;
  border-bottom: 1px solid #d4d9df; break-inside: avoid; }
.state { justify-self: start; align-self: start; padding: .0625rem .5rem; border: 1px solid currentColor;
  border-radius: 4px; font-size: .875rem; font-weight: 600; white-space: nowrap; }
.met { color: #1a6334; background: #eefaf1; }
.notMet { color: #9b1c1c; background: #fdf0f0; }
.unknown { color: #6b4a00; background: #fdf6e3; }
.attested { color: #1d4f8c; background: #eef4fb; }
.outside { color: #4d5866; background: #f4f5f7; }
dl { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: .125rem .75rem;
  margin: .25rem 0 0; font-size: .9375rem; }
dt { color: #4d5866; }
dd { margin: 0; grid-column: 2; }
.legend { grid-template-columns: 7.5rem minmax(0, 1fr); gap: .375rem .75rem; }
.plain { list-style: none; margin: 0; padding: 0; }
.plain li { padding: .25rem 0; }
td .plain li { padding: 0; }
@media (max-width: 40rem) {
  header { padding-top: 1.25rem; }
  .item { grid-template-columns: minmax(0, 1fr); gap: .375rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .375rem; grid-column: 1; }
  .legend { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .numbers { font-size: .8125rem; }
  .numbers th, .numbers td { padding-right: .375rem; overflow-wrap: normal; }
  .numbers th:last-child, .numbers td:last-child { padding-right: 0; }
  .stack thead { position: absolute; left: -99rem; }
  .stack, .stack tbody, .stack tr, .stack th, .stack td { display: block; border: 0; padding: 0; }
  .stack tr { padding: .625rem 0; border-bottom: 1px solid #d4d9df; }
}
@media print {
  body { font-size: 10pt; }
  main, header, footer { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  tr { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
  .state { background: none; }
  .skip { display: none; }
}
`;
