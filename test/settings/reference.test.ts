import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hostForms, isSecretHostSetting } from '../../shared/settings/host-settings.ts';
import { namesOfOthers } from '../../shared/settings/known-names.ts';
import { isSecretSetting, ownForms } from '../../shared/settings/own-settings.ts';
import { settingGroups } from '../../shared/settings/reference.ts';
import {
  isSecretTelemetrySetting,
  telemetryForms,
} from '../../shared/settings/telemetry-faults.ts';
import { allForms } from './all-forms.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(`${root}/${file}`, 'utf8');
const settings = settingGroups.flatMap((group) => group.settings);
const names = settings.map(({ name }) => name);

describe('what docs/settings.md is made of', () => {
  test('has each setting once', () => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('has every setting that is looked at, and words for what is allowed in each', () => {
    expect(Object.keys(allForms).filter((name) => !names.includes(name))).toEqual([]);
    const unsaid = settings.filter(
      ({ name, allowed }) => allowed === undefined && !Object.hasOwn(allForms, name),
    );
    expect(unsaid).toEqual([]);
  });

  test('knows which are secret', () => {
    const secret = Object.keys({ ...ownForms, ...hostForms, ...telemetryForms }).filter(
      (name) =>
        isSecretSetting(name) || isSecretHostSetting(name) || isSecretTelemetrySetting(name),
    );
    expect(
      settings
        .filter(({ isSecret }) => isSecret)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(secret.sort());
  });

  test('has each name that is read from the environment, anywhere', () => {
    const files = ['functions', 'shared', 'cli', 'local', 'tools', 'bench', 'infra'].flatMap(
      (folder) => globSync(`${folder}/**/*.{ts,js}`, { cwd: root }),
    );
    const found = new Set(
      files.flatMap((file) =>
        [...read(file).matchAll(/\b(?:env|values)\.([A-Z][A-Z\d]*_\w+)/g)].map(
          ([, name = '']) => name,
        ),
      ),
    );
    expect([...found]).toContain('COST_RECORDS_PER_USER');
    // What azd calls its own needs no word of ours.
    const untold = [...found].filter((name) => !names.includes(name) && !name.startsWith('AZURE_'));
    expect(untold).toEqual([]);
  });

  test('and so does the list of names that are no settings of the app', () => {
    const templates = `${read('infra/main.bicep')}\n${read('infra/main.parameters.json')}`;
    const ofAzd = [...templates.matchAll(/^output (GLASSWATCH_\w+)|\$\{(GLASSWATCH_\w+)/gm)].map(
      ([, output, parameter]) => output ?? parameter ?? '',
    );
    expect(ofAzd.length).toBeGreaterThan(10);
    const wanted = new Set([...ofAzd, 'GLASSWATCH_VERBOSE']);
    expect([...namesOfOthers].sort()).toEqual([...wanted].sort());
    expect([...wanted].filter((name) => !names.includes(name))).toEqual([]);
  });
});
