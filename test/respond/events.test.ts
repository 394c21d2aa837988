import { describe, expect, test } from 'vitest';
import type { SiemEvent } from '../../shared/forward/siem-event.ts';
import { ana, minute, night, start } from './night.ts';

// What a SIEM is told while an incident lives: see shared/forward/events-of.ts.

const isoAt = (minutes: number) => new Date(start + minutes * minute).toISOString();

/** `finding created`, `incident acknowledged by Ana Ruiz` and so on. */
const inShort = (event: SiemEvent): string => {
  if (event.kind === 'heartbeat') return event.kind;
  const by = event.kind === 'incident' ? ` by ${event.by.name}` : '';
  return `${event.kind} ${event.change}${by}, ${event.answer.status}`;
};

test('each finding that is news, and each turn of the incident, in the order of what happened', async () => {
  const { use, at, acknowledge, close, acts, events } = night();
  await use('used');
  await use('used');
  at(2);
  await acknowledge();
  at(4);
  await acts(4);
  at(5);
  await acknowledge();
  at(6);
  await close();
  at(9);
  await use('used again');
  expect((await events()).map(inShort)).toEqual([
    'finding created, open',
    'incident acknowledged by Ana Ruiz, acknowledged',
    'incident lapsed by Glasswatch, open',
    'incident acknowledged by Ana Ruiz, acknowledged',
    'incident resolved by Ben Osei, resolved',
    'finding created, open',
    'incident reopened by Glasswatch, open',
  ]);
});

test('an event says who has it, what they believe it to be, and what it was', async () => {
  const { use, at, acknowledge, close, events, id } = night();
  await use('used');
  at(2);
  await acknowledge();
  at(3);
  await close();
  const [found, taken, closed] = await events();
  expect(found?.uid).toMatch(/^[0-9a-f]{32}\.1$/);
  const finding = found?.kind === 'finding' ? found.finding.id : '';
  expect(found).toMatchObject({
    kind: 'finding',
    at: isoAt(0),
    tenantId: 'tenant-1',
    gravest: 'critical',
    answer: { status: 'open', owner: null, claim: null, verdict: null, isDrill: false },
  });
  expect(taken).toMatchObject({
    uid: `${id}.2`,
    at: isoAt(2),
    incident: { id, revision: 2, findings: [finding] },
    by: { id: ana.id, name: ana.name },
    text: 'Ana Ruiz has it: emergency, locked out',
    answer: { owner: { id: 'ana', name: 'Ana Ruiz' }, claim: 'emergency', verdict: null },
  });
  expect(closed).toMatchObject({
    uid: `${id}.3`,
    text: 'Ben Osei closed it: expected, over',
    answer: { status: 'resolved', owner: { id: 'ana' }, verdict: 'expected' },
  });
});

describe('a finding', () => {
  test('that says something new is updated, and tells of the graver of both', async () => {
    const { ordinary, events } = night();
    await ordinary('role', 'high');
    await ordinary('role', 'low', { precedence: 'later' });
    const [, second] = await events();
    expect(second).toMatchObject({ change: 'updated', gravest: 'high', finding: { revision: 2 } });
  });

  test('that was withdrawn is closed, and so is its incident', async () => {
    const { ordinary, events } = night();
    await ordinary('role', 'high');
    await ordinary('role', 'high', { precedence: 'later', state: 'withdrawn' });
    expect((await events()).slice(1)).toMatchObject([
      { kind: 'finding', change: 'closed', state: 'withdrawn', answer: { status: 'resolved' } },
      { kind: 'incident', change: 'resolved', text: expect.stringMatching(/^Over: /) },
    ]);
  });

  test('that was withdrawn before anybody heard of it is told to nobody', async () => {
    const { ordinary, events, cases } = night();
    await ordinary('role', 'high', { precedence: 'later', state: 'withdrawn' });
    expect(cases.findings()).toHaveLength(1);
    expect(await events()).toEqual([]);
  });

  test('is told in clean texts', async () => {
    const { ordinary, events } = night();
    const title = 'a role\u2028for \u202eeve';
    await ordinary('role', 'high', { finding: { title, details: { 'a\nb': 'c\u200bd' } } });
    const [first] = await events();
    expect(JSON.stringify(first)).not.toMatch(/[\u2028\u202e\u200b]|\\n/);
  });
});

test('an escalation, a tick or a note is told to people alone', async () => {
  const { use, at, look, responding, id, events } = night();
  await use('used');
  at(6);
  expect(await look()).toBe(1);
  await responding.note(id, { by: ana, text: 'on it' });
  expect((await events()).map(inShort)).toEqual(['finding created, open']);
});
