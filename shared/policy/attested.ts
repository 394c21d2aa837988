import type * as z from 'zod';
import { attestableIds } from '../scorecard/item-ids.ts';
import { account, date, line, list, oneOf, strict } from './fields.ts';

/** What an administrator's account is for, in the words of Microsoft's guidance. */
export const accountPurposes = [
  'mixed-use',
  'administration-only',
  'shared',
  'break-glass',
  'automation',
  'external',
] as const;
export type AccountPurpose = (typeof accountPurposes)[number];

const registered = strict({
  account,
  kind: oneOf(accountPurposes)
    .optional()
    .describe('What it is for. Left out: told from accounts, mailbox and type.'),
  owner: line(100, 'a name').describe('Who answers for it: a person, not a team.'),
  reason: line(300, 'a reason').optional().describe('Why it needs its privilege.'),
}).meta({
  id: 'registeredAccount',
  description: 'One administrative account: what it is for, and who answers for it.',
});

export const registerSchema = list(registered, '{ account: …, owner: … }')
  .default([])
  .describe('Whose each administrative account is, and what for. A missing owner is a finding.');

const attestation = strict({
  item: oneOf(attestableIds).describe('An item of the scorecard that no machine can see.'),
  by: line(100, 'a name').describe('Who vouches for it.'),
  until: date.describe('The last day (UTC) it holds; a year ahead at most is a good habit.'),
  note: line(300, 'a note').optional().describe('Where the evidence is.'),
}).meta({
  id: 'attestation',
  description: 'A person vouches for one item of the scorecard, for a time.',
});

export const attestedSchema = list(attestation, '{ item: …, by: …, until: 2027-06-30 }')
  .default([])
  .describe('Items of the guidance that a person vouches for. They run out.');

export type Registered = z.output<typeof registered>;
export type Attestation = z.output<typeof attestation>;
