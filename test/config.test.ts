import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig, settingNames } from '../shared/config.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const example = JSON.parse(read('local.settings.example.json')) as {
  Values: Record<string, string>;
  Meaning: Record<string, string>;
};

/** What the registrations of the functions ask the host for. */
function settingsOfFunctions(): string[] {
  const root = new URL('..', import.meta.url);
  const files = globSync('functions/*.ts', { cwd: root });
  const sources = files.map(read).join('\n');
  const named = sources.matchAll(/'%([^%']+)%'/g);
  const connections = sources.matchAll(/connection: '([^']+)'/g);
  return [...named, ...connections].flatMap(([, name]) => name ?? []);
}

const storage = { GLASSWATCH_STORAGE__accountName: 'glasswatch' };
const azurite = { GLASSWATCH_STORAGE: 'UseDevelopmentStorage=true' };
const clientId = '6d1f0f0c-3f0c-4d55-8a2e-0e3f9b1f6a11';

describe('local.settings.example.json', () => {
  // Of the Functions host itself.
  const ofTheHost = ['AzureWebJobsStorage', 'FUNCTIONS_WORKER_RUNTIME'];

  test('has every setting that the code and the functions read, and no other', () => {
    const functions = settingsOfFunctions();
    expect(functions.length).toBeGreaterThan(3);
    const wanted = new Set([...ofTheHost, ...functions, ...settingNames]);
    expect(Object.keys(example.Values).sort()).toEqual([...wanted].sort());
  });

  test('says what each setting means', () => {
    expect(Object.keys(example.Meaning)).toEqual(Object.keys(example.Values));
    const short = Object.entries(example.Meaning).filter(([, text]) => !/^.{15,}\.$/.test(text));
    expect(short).toEqual([]);
  });

  test('is a configuration as it stands', () => {
    expect(readConfig(example.Values)).toMatchObject({
      policyFile: 'policy.yaml',
      storage: { connectionString: 'UseDevelopmentStorage=true' },
      allowLoopback: false,
    });
  });
});

describe('the configuration', () => {
  test('needs nothing but to know where the state lies', () => {
    expect(readConfig(storage)).toEqual({
      policyFile: 'policy.yaml',
      storage: {
        accountName: 'glasswatch',
        evidenceAccountName: 'glasswatch',
        clientId: undefined,
      },
      allowLoopback: false,
      directory: { from: 'graph', clientId: undefined, isManaged: true },
      hasPlatformSignIn: false,
    });
    expect(() => readConfig({})).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('GLASSWATCH_STORAGE__accountName: missing'),
      }),
    );
  });

  test('takes an account before a connection string of the same, and its identity', () => {
    const both = {
      ...storage,
      GLASSWATCH_STORAGE: 'AccountName=glasswatch;AccountKey=c2VjcmV0',
      GLASSWATCH_STORAGE__clientId: clientId,
    };
    const one = { accountName: 'glasswatch', evidenceAccountName: 'glasswatch', clientId };
    expect(readConfig(both).storage).toEqual(one);
  });

  test('knows of another account for evidence', () => {
    const two = { ...storage, GLASSWATCH_EVIDENCE__accountName: 'proof' };
    expect(readConfig(two).storage).toMatchObject({
      accountName: 'glasswatch',
      evidenceAccountName: 'proof',
    });
  });

  test('takes an empty setting for one that is not set', () => {
    const empty = Object.fromEntries(settingNames.map((name) => [name, '']));
    expect(readConfig({ ...empty, ...storage })).toEqual(readConfig(storage));
  });

  test('reads the directory from Graph with the identity of the storage, or not at all', () => {
    const mine = { ...storage, GLASSWATCH_STORAGE__clientId: clientId };
    expect(readConfig(mine).directory).toEqual({ from: 'graph', clientId, isManaged: true });
    expect(readConfig(azurite).directory).toMatchObject({ isManaged: false });
    const file = { ...storage, GLASSWATCH_DIRECTORY: 'file' };
    expect(readConfig(file).directory).toEqual({ from: 'file' });
  });

  test('takes a stand-in for Graph on this machine', () => {
    const origin = 'http://127.0.0.1:7090';
    const given = {
      ...azurite,
      GLASSWATCH_ALLOW_LOOPBACK: 'true',
      GLASSWATCH_GRAPH_ORIGIN: origin,
      GLASSWATCH_GRAPH_TOKEN: 'let-me',
    };
    expect(readConfig(given)).toMatchObject({
      allowLoopback: true,
      directory: { from: 'stand-in', origin, token: 'let-me' },
    });
  });

  test.each([
    ['true', true],
    ['True', true],
    ['false', false],
    [undefined, false],
  ])('knows the sign-in of the platform by WEBSITE_AUTH_ENABLED=%s', (value, expected) => {
    const config = readConfig({ ...storage, WEBSITE_AUTH_ENABLED: value });
    expect(config.hasPlatformSignIn).toBe(expected);
  });
});
