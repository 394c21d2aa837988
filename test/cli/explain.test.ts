import { describe, expect, test } from 'vitest';
import { everyInfo } from '../../cli/infos.ts';
import { command } from '../cases/replay.ts';

describe('explain', () => {
  test('says what a detection sees and passes over, why, what to do and how to tune it', async () => {
    const { exit, stdout } = await command(['explain', 'password-spray']);
    expect(exit).toBe(0);
    for (const part of [
      /^password-spray: Password spray$/m,
      /^ATT&CK {5}T1110\.003$/m,
      /^It finds, among others:\n {2}- five accounts: medium$/m,
      /^and passes over:\n {2}- four accounts$/m,
      /^What to do:\n {2}1\. /m,
      /^ {2}- distinctUsers: 5\. /m,
    ]) {
      expect(stdout).toMatch(part);
    }
  });

  test.each(everyInfo.map(({ id }) => id))('%s', async (id) => {
    const { exit, stdout } = await command(['explain', id.toUpperCase()]);
    expect([exit, stdout.split(':')[0]]).toEqual([0, id]);
    expect(stdout).not.toMatch(/undefined|\[object|NaN/);
  });
});

describe('test', () => {
  test('runs the examples of one detection', async () => {
    const { exit, stdout, stderr } = await command(['test', '--detection', 'log-stream-silent']);
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^log-stream-silent +\d+ +\d+ +passed$/m);
    expect(stdout.trim().split('\n')).toHaveLength(2);
  });

  test('runs all of them', async () => {
    const { exit, stdout } = await command(['test']);
    expect(exit).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(everyInfo.length + 1);
  });
});
