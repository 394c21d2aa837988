import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkApp } from '../../infra/check-app.ts';
import { nextSteps } from '../../infra/next-steps.ts';
import { readProject } from '../../tools/bicep/project.ts';

const root = new URL('../../', import.meta.url);

test('the package that azd deploys is the folder that its hook writes', () => {
  const { services } = parse(readFileSync(new URL('azure.yaml', root), 'utf8'));
  const { dist, hooks } = services.app;
  for (const { run } of [hooks.prepackage.posix, hooks.prepackage.windows]) {
    expect(run).toContain(` --to ${dist}`);
    // The host looks for what the templates say.
    expect(run).toContain(' --policy policy.yaml ');
  }
  const main = readFileSync(new URL('infra/main.bicep', root), 'utf8');
  expect(main).toContain("param policyFile string = 'policy.yaml'");
});

describe('what is told after provisioning', () => {
  const values = {
    GLASSWATCH_EXPORT_RULE_ID: '/subscriptions/s/rule',
    GLASSWATCH_HUB: 'entra-logs',
    GLASSWATCH_IDENTITY_PRINCIPAL_ID: 'identity-id',
    GLASSWATCH_APP_HOST: 'app.example',
    GLASSWATCH_VAULT_NAME: 'vault',
    AZURE_SUBSCRIPTION_ID: 'sub',
  };

  test('is each step of the tenant as docs/deploy.md orders it, sending nothing yet', () => {
    const text = nextSteps(values);
    const commands = text.match(/sh infra\/tenant\/\S+\.sh .*/g) ?? [];
    expect(commands.map((command) => command.split(' ')[1])).toEqual([
      'infra/tenant/graph-permissions.sh',
      'infra/tenant/console-sign-in.sh',
      'infra/tenant/diagnostic-setting.sh',
      'infra/tenant/activity-log.sh',
    ]);
    const all = readFileSync(new URL('docs/deploy.md', root), 'utf8');
    const guide = all.slice(all.indexOf('Change the tenant\n'));
    const places = commands.map((command) => guide.indexOf(command.split(' ')[1] ?? ''));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    for (const command of commands) expect(command).toMatch(/ --dry-run$/);
    expect(text).toContain("--rule-id '/subscriptions/s/rule' --hub entra-logs");
    expect(text).not.toMatch(/<GLASSWATCH|undefined/);
  });

  test('begins with a secret for each setting of the vault, and ends with the app', () => {
    const text = nextSteps({ ...values, GLASSWATCH_VAULT_SETTINGS: 'TEAMS_WEBHOOK_URL,SMTP_URL' });
    const names = [...text.matchAll(/keyvault secret set .* --name (\S+) /g)].map(
      ([, name]) => name,
    );
    expect(names).toEqual(['teams-webhook-url', 'smtp-url']);
    const at = (words: string) => text.indexOf(words);
    expect(at('smtp-url')).toBeLessThan(at('infra/tenant/'));
    expect(at('activity-log.sh')).toBeLessThan(at('azd deploy'));
    expect(text).toContain('console: { url: "https://app.example" }');
    expect(nextSteps(values)).not.toContain('keyvault');
  });

  test('leaves out the sign-in that is there, and names what is missing', () => {
    expect(nextSteps({ ...values, GLASSWATCH_CONSOLE_CLIENT_ID: 'c' })).not.toContain(
      'console-sign-in',
    );
    expect(nextSteps({})).toContain('--hub <GLASSWATCH_HUB>');
  });

  test('rests on outputs that the deployment has', async () => {
    const main = (await readProject()).files.get('infra/main.bicep');
    const outputs = main?.outputs.map(({ name }) => name) ?? [];
    const used = readFileSync(new URL('infra/next-steps.ts', root), 'utf8').matchAll(
      /(?:of\('|values\.)(GLASSWATCH_(?!CONSOLE)\w+|AZURE_\w+)/g,
    );
    const ofAzd = ['AZURE_SUBSCRIPTION_ID'];
    const names = [...used].map(([, name]) => name ?? '').filter((name) => !ofAzd.includes(name));
    expect(names.length).toBeGreaterThan(4);
    expect(names.filter((name) => !outputs.includes(name))).toEqual([]);
  });
});

describe('the look at a new app', () => {
  const answers = (statuses: Record<string, number>) => async (url: string) => {
    const status = statuses[new URL(url).pathname];
    if (status === undefined) throw new Error('no connection');
    return { status };
  };

  test('finds nothing wrong with one that lives and lets personal links through', async () => {
    const well = answers({ '/health': 200, '/link/none': 404 });
    expect(await checkApp('https://app.example', well)).toEqual([]);
  });

  test.each([
    [{ '/health': 503, '/link/none': 404 }, '/health answers 503'],
    [
      { '/health': 200, '/link/none': 302 },
      '/link/none answers 302: personal links ask for sign-in',
    ],
    [{ '/health': 200, '/link/none': 401 }, '/link/none answers 401'],
    [
      { '/link/none': 404 },
      '/health does not answer: the app is starting, or it is stopped, or https://app.example is',
    ],
  ])('tells what is wrong with %j', async (statuses, says) => {
    const [problem, more] = await checkApp('https://app.example', answers(statuses));
    expect(problem).toContain(says);
    expect(more).toBeUndefined();
  });
});
