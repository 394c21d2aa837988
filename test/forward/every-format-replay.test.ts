import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleDay } from '../../local/sample-day.ts';
import { newFindingEvent } from '../../shared/forward/events-of.ts';
import { siemFormats } from '../../shared/forward/siem-formats/index.ts';
import { command, type Outcome } from '../cases/replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasswatch-formats-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'logs.json');
const now = new Date('2026-11-20T16:00:00Z');
const policy = ['--policy', 'local/sample-day/policy.yaml'];

describe('replay', () => {
  let plain: Outcome;
  beforeAll(async () => {
    const { envelopes } = sampleDay({ now, seed: 'formats' });
    // What matters comes last.
    writeFileSync(
      file,
      envelopes
        .slice(-8)
        .map(({ body }) => `${body}\n`)
        .join(''),
    );
    plain = await command(['replay', ...policy, file]);
  });

  test('prints bare findings by itself', () => {
    expect(plain.findings.length).toBeGreaterThan(5);
    for (const finding of plain.findings) {
      const others = ['type', 'eventUid', 'answer'].filter((key) => Object.hasOwn(finding, key));
      expect(others).toEqual([]);
    }
  });

  test.each(siemFormats.map(({ name }) => name))(
    '--format %s prints what a SIEM is told',
    async (name) => {
      const { stdout, exit } = await command(['replay', ...policy, '--format', name, file]);
      const format = siemFormats.find((one) => one.name === name);
      const expected = plain.findings.map((finding) => format?.line(newFindingEvent(finding)));
      expect(exit).toBe(0);
      expect(stdout.trimEnd().split('\n')).toEqual(expected);
    },
  );
});
