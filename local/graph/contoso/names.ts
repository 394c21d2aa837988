import { idFor } from '../identifiers.ts';

const people = [
  'ga1',
  'ga2',
  'ga3',
  'pra1',
  'sync1',
  'spo1',
  'sec1',
  'usr1',
  'app1',
  'hd1',
  'guest1',
  'msa1',
  'bg1',
  'bg2',
  'bg3',
] as const;

/** 105 people without a role: `ord1` to `ord105`. */
export const ordinary = Array.from({ length: 105 }, (_, index) => `ord${index + 1}`);

const others = ['G1', 'G2', 'G3', 'G4', 'P1', 'P2', 'P3', 'north', 'ghost', 'paw1'] as const;
/** Those ordinary ones who are in a group or a unit. */
const grouped = ['ord1', 'ord2', 'ord3', 'ord4', 'ord5', 'ord6'] as const;
const policies = ['CA1', 'CA2', 'CA3', 'CA4'] as const;

type Named =
  | (typeof people)[number]
  | (typeof grouped)[number]
  | (typeof others)[number]
  | (typeof policies)[number];

/** Ids by name, the same on every day. */
export const ids = Object.fromEntries(
  [...people, ...others, ...policies, ...ordinary].map((name) => [name, idFor(name)]),
) as Readonly<Record<Named, string>> & Readonly<Record<`ord${number}`, string>>;

export const tenantId = idFor('tenant');
/** Of the vendor, and of the home of the guest. */
export const vendorTenantId = idFor('vendor tenant');

export const domains = {
  initial: 'contosotest.onmicrosoft.com',
  own: 'contoso-test.example',
} as const;

export const appIds = {
  graph: '00000003-0000-0000-c000-000000000000',
  exchange: '00000002-0000-0ff1-ce00-000000000000',
  sharePoint: '00000003-0000-0ff1-ce00-000000000000',
} as const;

export const skuIds = {
  e5: '06ebc4ee-1bb5-47dd-8120-11324bc54e06',
  p1: '41781fb2-bc02-4b7c-bd55-b576c07bb09d',
  p2: 'eec0eb4f-6444-4f95-aba0-50c24d67f998',
  exchange: 'efb87545-963c-4e0d-99df-69c6916d9eb0',
} as const;
