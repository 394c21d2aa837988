import { cleanLine } from '../shared/clean-text.ts';
import { nameOf } from '../shared/detect/wording.ts';
import {
  howOf,
  isDue,
  linesOf,
  momentOf,
  readLine,
  stateWords,
  totalsLine,
  whoseOf,
} from '../shared/scorecard/card-text.ts';
import { partNames } from '../shared/scorecard/gaps.ts';
import type { AzureHolder, Holder, Inventory } from '../shared/scorecard/inventory.ts';
import type { Scorecard, ScoredItem } from '../shared/scorecard/scorecard.ts';
import { padTo, wrap } from './posture-wrap.ts';

const stateColumns = 12;
const labelColumns = 10;
/** A paragraph narrower than this is none. */
const leastColumns = 40;

/** The scorecard for a terminal. @param columns - its width. */
export function postureTable(card: Scorecard, inventory: Inventory, columns: number): string {
  const width = Math.max(columns, leastColumns);
  const lines = [
    ...wrap(`${card.tenant.name}: ${totalsLine(card.totals)}`, width),
    ...wrap(`Judged as of ${momentOf(card.at)}. ${readLine(card)}.`, width),
    ...card.stages.flatMap(({ stage, name, totals, items }) => [
      '',
      ...wrap(`Stage ${stage}: ${name} (${totalsLine(totals)})`, width),
      '',
      ...items.flatMap((item) => itemLines(item, width)),
    ]),
    ...besideLines(card, width),
    ...gapLines(card, width),
    ...holderLines(inventory, width),
    ...azureLines(inventory, width),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function itemLines(item: ScoredItem, width: number): string[] {
  const details = [...linesOf(item), ...(isDue(item) ? [{ label: 'To do', text: item.todo }] : [])];
  return [
    ...hang(`  ${stateWords[item.state].toUpperCase()}`, stateColumns, item.title, width),
    ...details.flatMap(({ label, text }, index) => {
      const isRepeated = details[index - 1]?.label === label;
      const indented = `${' '.repeat(stateColumns)}${isRepeated ? '' : label}`;
      return hang(indented, stateColumns + labelColumns, text, width);
    }),
  ];
}

/** A text beside its label, its further lines under it. */
function hang(label: string, indent: number, text: string, width: number): string[] {
  const [first = '', ...rest] = wrap(text, width - indent);
  return [padTo(label, indent) + first, ...rest.map((line) => ' '.repeat(indent) + line)];
}

const section = (title: string, width: number) => ['', ...wrap(title, width), ''];

function besideLines({ beside }: Scorecard, width: number): string[] {
  if (beside.length === 0) return [];
  return [
    ...section('Found besides, under no item of the guidance', width),
    ...beside.flatMap(({ check, against }) => [
      ...hang('  ', 2, `${check}: ${against.count}`, width),
      ...against.shown.flatMap(({ what }) => hang('', 4, what, width)),
    ]),
  ];
}

function gapLines({ gaps }: Scorecard, width: number): string[] {
  if (gaps.length === 0) return [];
  return [
    ...section(`Not read (${gaps.length})`, width),
    ...gaps.flatMap(({ part, detail, asOf }) => {
      const old = asOf ? ` What is known of it is of ${momentOf(asOf)}.` : '';
      return hang('  ', 4, `${partNames[part]}: ${detail}${old}`, width).map(unhang);
    }),
  ];
}

/** The first line of a paragraph begins two columns before the others. */
const unhang = (line: string, index: number) => (index === 0 ? `  ${line.trimStart()}` : line);

function holderLines({ holders }: Inventory, width: number): string[] {
  return [
    ...section(`Who holds what (${holders.length})`, width),
    ...(holders.length === 0 ? ['  Nobody, as far as the directory tells.'] : []),
    ...holders.flatMap((holder) => linesOfHolder(holder, width)),
  ];
}

const linesOfHolder = (holder: Holder, width: number): string[] => [
  ...hang('  ', 4, `${nameOf(holder.party)}: ${whoseOf(holder)}`, width).map(unhang),
  ...holder.holds.flatMap((held) =>
    hang('      ', 8, `${cleanLine(held.role, 64)}: ${howOf(held)}`, width).map((line, index) =>
      index === 0 ? `      ${line.trimStart()}` : line,
    ),
  ),
];

function azureLines({ azure }: Inventory, width: number): string[] {
  if (azure.length === 0) return [];
  return [
    ...section(`Who can give roles away in Azure (${azure.length})`, width),
    ...azure.flatMap((one) => hang('  ', 4, azureLine(one), width).map(unhang)),
  ];
}

const azureLine = ({ party, role, place, how, isExternal }: AzureHolder): string =>
  `${nameOf(party)}: ${role} of ${place}, ${how}${isExternal ? ', from outside' : ''}`;
