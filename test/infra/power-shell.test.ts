import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

// PowerShell is not at hand in every place that runs the tests, so these scripts are read, not run: what
// they would send is held to the shell scripts beside them, which are run.

const folder = new URL('../../infra/tenant/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const files = readdirSync(folder);
const scripts = files
  .filter((file) => /(?<!common)\.sh$/.test(file))
  .map((file) => file.slice(0, -3));

/** Whatever is filled in is a star. */
const starred = (text: string) =>
  text
    .replaceAll('`$', '$$')
    .replaceAll('\\$', '$$')
    .replaceAll(/\$\{[^}]*\}|\$\([^()]*(?:\([^()]*\))?[^()]*\)|\$[A-Za-z]\w*/g, (found) =>
      /^\$(select|top|false)$/.test(found) ? found : '*',
    );

/** Addresses of Azure and of Microsoft Graph, from where their host ends. */
const addressesIn = (text: string) =>
  [...starred(text).matchAll(/"[^"]*?(\/(?:providers|subscriptions|v1\.0)\/[^"]*)"/g)]
    .map(([, address = '']) => address)
    .filter((address) => !address.includes('[^'));

/** Commands of Exchange, without how each language quotes. */
const commandsIn = (text: string) =>
  [...starred(text).matchAll(/(?:New|Remove|Test)-(?:Management|ServicePrincipal)[^\n]*/g)].map(
    ([line]) => line.replaceAll(/[`\\]/g, '').replace(/"+$/, ''),
  );

describe.each(scripts)('%s.ps1', (script) => {
  const [shell, power] = [read(`${script}.sh`), read(`${script}.ps1`)];

  test('asks the same addresses, or runs the same commands, as the shell script', () => {
    const wanted = [...addressesIn(shell), ...commandsIn(shell)];
    const given = [...addressesIn(power), ...commandsIn(power)];
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((one) => !given.includes(one))).toEqual([]);
  });

  test('can be tried without sending anything, and taken back', () => {
    expect(power).toMatch(/\[switch\] \$Remove/);
    expect(power).toMatch(/\[switch\] \$DryRun/);
    expect(power).toContain(". (Join-Path $PSScriptRoot 'common.ps1')");
    // What changes something goes one way, which knows of the dry run.
    expect(power).not.toMatch(/Invoke-RestMethod|& az|-Method (?:put|post|patch|delete) -Uri/);
    expect(power.match(/Invoke-Request -Method (?!get)/g)).toBeNull();
  });

  test('names the same properties in what it sends', () => {
    const names = [...shell.matchAll(/\\"(\w+)\\":/g)].map(([, name]) => name ?? '');
    const all = `${power}\n${read('common.ps1')}`;
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(all))).toEqual([]);
  });
});

test('what the scripts share is strict, stops at a failure, and keeps still in a dry run', () => {
  const common = read('common.ps1');
  expect(common).toContain('Set-StrictMode -Version Latest');
  expect(common).toContain("$ErrorActionPreference = 'Stop'");
  expect(common).toContain('if ($LASTEXITCODE -ne 0) { throw');
  const send = common.slice(common.indexOf('function Send-Request'));
  expect(send.indexOf('if ($DryRun)')).toBeLessThan(send.indexOf('Invoke-Request'));
  expect(send.slice(send.indexOf('if ($DryRun)'), send.indexOf('Invoke-Request'))).toContain(
    'return',
  );
});

test('every script is there for both shells', () => {
  const powerful = files.filter((file) => file.endsWith('.ps1')).map((file) => file.slice(0, -4));
  expect(powerful.sort()).toEqual([...scripts, 'common'].sort());
});
