import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig, settingNames } from '../shared/config.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const example = JSON.parse(read('local.settings.example.json')) as {
  Values: Record<string, string>;
  Meaning: Record<string, string>;
};

/** What the registrations of the functions ask the host for. */
function settingsOfFunctions(): string[] {
  const files = readdirSync(new URL('../functions/', import.meta.url));
  const sources = files.map((file) => read(`functions/${file}`)).join('\n');
  const named = sources.matchAll(/'%([^%']+)%'/g);
  const connections = sources.matchAll(/connection: '([^']+)'/g);
  return [...named, ...connections].flatMap(([, name]) => name ?? []);
}

const storage = { GLASSWATCH_STORAGE__accountName: 'glasswatch' };
const secret = 'AccountKey=c2VjcmV0';

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

  test('takes an account before a connection string, and its identity', () => {
    const both = { ...storage, GLASSWATCH_STORAGE: secret, GLASSWATCH_STORAGE__clientId: 'me' };
    const one = { accountName: 'glasswatch', evidenceAccountName: 'glasswatch', clientId: 'me' };
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

  test('names every setting that is wrong, and never its value', () => {
    const wrong = {
      GLASSWATCH_STORAGE__accountName: secret,
      GLASSWATCH_ALLOW_LOOPBACK: 'Yes, of course',
    };
    let message = '';
    try {
      readConfig(wrong);
    } catch (error) {
      message = (error as Error).message;
    }
    for (const name of Object.keys(wrong)) expect(message).toContain(`${name}: `);
    for (const value of Object.values(wrong)) expect(message).not.toContain(value);
  });

  test('does not let alerts go to the machine itself in Azure', () => {
    const loopback = { ...storage, GLASSWATCH_ALLOW_LOOPBACK: 'true' };
    expect(readConfig(loopback).allowLoopback).toBe(true);
    expect(() => readConfig({ ...loopback, WEBSITE_SITE_NAME: 'app' })).toThrow(
      /^CONFIG_INVALID: GLASSWATCH_ALLOW_LOOPBACK: /,
    );
    expect(readConfig({ ...storage, WEBSITE_SITE_NAME: 'app' }).allowLoopback).toBe(false);
  });

  test('reads the directory from Graph with the identity of the storage, or not at all', () => {
    const mine = { ...storage, GLASSWATCH_STORAGE__clientId: 'me' };
    expect(readConfig(mine).directory).toEqual({ from: 'graph', clientId: 'me', isManaged: true });
    expect(readConfig({ GLASSWATCH_STORAGE: secret }).directory).toMatchObject({
      isManaged: false,
    });
    const file = { ...storage, GLASSWATCH_DIRECTORY: 'file' };
    expect(readConfig(file).directory).toEqual({ from: 'file' });
  });

  test('takes a stand-in for Graph on this machine alone, and never in Azure', () => {
    const local = { GLASSWATCH_STORAGE: secret, GLASSWATCH_ALLOW_LOOPBACK: 'true' };
    const origin = 'http://127.0.0.1:7090';
    const given = { ...local, GLASSWATCH_GRAPH_ORIGIN: origin, GLASSWATCH_GRAPH_TOKEN: 'let me' };
    expect(readConfig(given).directory).toEqual({ from: 'stand-in', origin, token: 'let me' });
    expect(() => readConfig({ ...given, GLASSWATCH_ALLOW_LOOPBACK: 'false' })).toThrow(
      /^CONFIG_INVALID: GLASSWATCH_GRAPH_ORIGIN: /,
    );
    for (const other of ['https://127.0.0.1:1', 'http://127.0.0.1.example.com:1', 'http://graph']) {
      expect(() => readConfig({ ...given, GLASSWATCH_GRAPH_ORIGIN: other })).toThrow(
        /^CONFIG_INVALID: GLASSWATCH_GRAPH_ORIGIN: /,
      );
    }
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
