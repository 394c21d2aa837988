import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import consoleRoles from '../../infra/tenant/console-roles.json' with { type: 'json' };
import permissions from '../../infra/tenant/graph-permissions.json' with { type: 'json' };
import { openScene, principal } from '../console/scene.ts';
import { printedIn, type Ran, runScript, sentIn } from './run-script.ts';

const folder = new URL('../../infra/tenant/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const shells = readdirSync(folder).filter((file) => /(?<!common)\.sh$/.test(file));

const ruleId =
  '/subscriptions/s1/resourceGroups/rg/providers/Microsoft.EventHub/namespaces/evhns/authorizationRules/entra-export';
const identity = '11111111-0000-0000-0000-000000000000';
const client = '22222222-0000-0000-0000-000000000000';
const [one, two] = ['aaaaaaaa-0000-0000-0000-000000000000', 'bbbbbbbb-0000-0000-0000-000000000000'];
const hub = ['--rule-id', ruleId, '--hub', 'entra-logs'];

const categories = (kind: string) =>
  read('log-categories.txt')
    .split('\n')
    .filter((line) => line.startsWith(`${kind} `))
    .map((line) => ({ category: line.split(' ')[1], enabled: true }));

const settingWith = (kind: string) => ({
  properties: {
    eventHubAuthorizationRuleId: ruleId,
    eventHubName: 'entra-logs',
    logs: categories(kind),
  },
});

/** What changes something is the same, whether it is printed or sent; a dry run changes nothing. */
async function sentAndPrinted(script: string, values: readonly string[], granted: string[] = []) {
  const ran = await runScript(script, values, { granted });
  expect([ran.status, ran.error]).toEqual([0, '']);
  const dry = await runScript(script, [...values, '--dry-run'], { granted });
  expect([dry.status, dry.error]).toEqual([0, '']);
  expect(sentIn(dry.calls)).toEqual([]);
  return { sent: sentIn(ran.calls), printed: printedIn(dry.out), out: ran.out };
}

describe('diagnostic-setting.sh', () => {
  test('lets Entra send every category of the list, in one request', async () => {
    const { sent, printed } = await sentAndPrinted('diagnostic-setting.sh', hub);
    expect(sent).toEqual([
      {
        method: 'put',
        url: '/providers/microsoft.aadiam/diagnosticSettings/glasswatch?api-version=2017-04-01',
        body: settingWith('entra'),
        headers: ['Content-Type=application/json'],
      },
    ]);
    expect(categories('entra').length).toBeGreaterThan(5);
    expect(printed).toEqual(sent);
  });

  test('takes the setting away by its name', async () => {
    const { sent, printed } = await sentAndPrinted('diagnostic-setting.sh', [
      '--remove',
      '--name',
      'to-soc-hub',
    ]);
    const url = '/providers/microsoft.aadiam/diagnosticSettings/to-soc-hub?api-version=2017-04-01';
    expect(sent).toEqual([{ method: 'delete', url, headers: [] }]);
    expect(printed).toEqual(sent);
  });
});

describe('activity-log.sh', () => {
  const subscriptions = ['--subscription', one ?? '', '--subscription', two ?? ''];

  test('has a setting in each subscription', async () => {
    const { sent, printed } = await sentAndPrinted('activity-log.sh', [...hub, ...subscriptions]);
    expect(sent.map(({ url }) => url)).toEqual(
      [one, two].map(
        (id) =>
          `/subscriptions/${id}/providers/Microsoft.Insights/diagnosticSettings/glasswatch?api-version=2021-05-01-preview`,
      ),
    );
    for (const { method, body } of sent)
      expect([method, body]).toEqual(['put', settingWith('activity')]);
    expect(printed).toEqual(sent);
  });

  test('takes each away', async () => {
    const { sent } = await sentAndPrinted('activity-log.sh', ['--remove', ...subscriptions]);
    expect(sent.map(({ method }) => method)).toEqual(['delete', 'delete']);
  });
});

describe('graph-permissions.sh', () => {
  const assignments = `https://graph.example/v1.0/servicePrincipals/${identity}/appRoleAssignments`;
  const grant = (permission: string) => ({
    method: 'post',
    url: assignments,
    body: {
      principalId: identity,
      resourceId: 'object of graph',
      appRoleId: `role of ${permission}`,
    },
    headers: ['Content-Type=application/json'],
  });

  test('grants every permission of the list that is not granted', async () => {
    const [has, ...rest] = permissions;
    const { sent, printed, out } = await sentAndPrinted(
      'graph-permissions.sh',
      ['--identity', identity],
      [`role of ${has}`],
    );
    expect(sent).toEqual(rest.map(grant));
    expect(printed).toEqual(sent);
    expect(out).toContain(`${has} is granted already.`);
    expect(out).toContain(`${rest[0]}: granted.`);
  });

  test('grants only what it is told to, of those that the app uses', async () => {
    const some = ['--only', 'User.Read.All', '--only', 'GroupMember.Read.All'];
    const { sent } = await sentAndPrinted('graph-permissions.sh', [
      '--identity',
      identity,
      ...some,
    ]);
    expect(sent).toEqual([grant('User.Read.All'), grant('GroupMember.Read.All')]);
    const other = ['--identity', identity, '--only', 'Directory.ReadWrite.All'];
    const refused = await runScript('graph-permissions.sh', other);
    expect([refused.status, refused.calls]).toEqual([2, []]);
    expect(refused.error).toContain('Directory.ReadWrite.All is not one that the app uses.');
  });

  test('takes away what is granted, and nothing else', async () => {
    const { sent, printed } = await sentAndPrinted(
      'graph-permissions.sh',
      ['--identity', identity, '--remove'],
      ['role of User.Read.All'],
    );
    const url = `${assignments}/assignment of role of User.Read.All`;
    expect(sent).toEqual([{ method: 'delete', url, headers: [] }]);
    expect(printed).toEqual(sent);
  });

  test('grants nothing that sends mail or writes: Exchange gives the right to one mailbox', () => {
    expect(permissions.filter((name) => /mail\.send|write/i.test(name))).toEqual([]);
  });

  test.each(['ad sp show', 'appRoleAssignments?'])('stops when %s fails', async (fails) => {
    const ran = await runScript('graph-permissions.sh', ['--identity', identity], { fails });
    expect([ran.status, sentIn(ran.calls)]).toEqual([1, []]);
  });
});

describe('console-sign-in.sh', () => {
  const address = 'func-glasswatch-abc.azurewebsites.example';
  const values = ['--host', address, '--identity', identity];
  const headers = ['Content-Type=application/json', 'Prefer=create-if-missing'];

  test('makes a registration that trusts the identity, or mends the one there is', async () => {
    const { sent, printed, out } = await sentAndPrinted('console-sign-in.sh', values);
    const made = '88888888-0000-0000-0000-000000000000';
    const graph = 'https://graph.example/v1.0';
    expect(sent).toEqual([
      {
        method: 'patch',
        url: `${graph}/applications(uniqueName='glasswatch-console-func-glasswatch-abc')`,
        body: {
          displayName: `Glasswatch console (${address})`,
          signInAudience: 'AzureADMyOrg',
          web: {
            redirectUris: [`https://${address}/.auth/login/aad/callback`],
            implicitGrantSettings: { enableIdTokenIssuance: true },
          },
          appRoles: consoleRoles,
        },
        headers,
      },
      {
        method: 'patch',
        url: `${graph}/servicePrincipals(appId='${made}')`,
        body: { appRoleAssignmentRequired: true },
        headers,
      },
      {
        method: 'patch',
        url: `${graph}/applications(appId='${made}')/federatedIdentityCredentials(name='glasswatch')`,
        body: {
          issuer: 'https://login.example/99999999-0000-0000-0000-000000000000/v2.0',
          subject: identity,
          audiences: ['api://AzureADTokenExchange'],
        },
        headers,
      },
    ]);
    // Before it is made nobody knows its id.
    const unmade = JSON.parse(JSON.stringify(sent).replaceAll(made, '<client id>'));
    expect(printed).toEqual(unmade);
    expect(out).toBe(`azd env set GLASSWATCH_CONSOLE_CLIENT_ID ${made}\nazd provision\n`);
  });

  test('has the app roles that the console knows', async () => {
    const scene = await openScene();
    for (const { value } of consoleRoles) {
      const headers = { 'x-ms-client-principal': principal({ oid: identity, roles: [value] }) };
      expect((await scene.request('/incidents', { headers })).status).toBe(200);
    }
    const headers = { 'x-ms-client-principal': principal({ oid: identity, roles: ['Writer'] }) };
    expect((await scene.request('/incidents', { headers })).status).toBe(403);
  });

  test('takes the registration away', async () => {
    const { sent } = await sentAndPrinted('console-sign-in.sh', ['--host', address, '--remove']);
    expect(sent.map(({ method }) => method)).toEqual(['delete']);
  });

  test('has nothing to take away the second time, and hides no other mistake', async () => {
    const away = ['--host', address, '--remove'];
    const fails = '--method delete';
    const gone = await runScript('console-sign-in.sh', away, {
      fails,
      says: 'Not Found({"error":{"code":"Request_ResourceNotFound"}})',
    });
    expect([gone.status, gone.out, gone.error]).toEqual([
      0,
      'There is no such registration.\n',
      '',
    ]);
    const other = await runScript('console-sign-in.sh', away, { fails, says: 'Forbidden' });
    expect(other.status).not.toBe(0);
    expect(other.error).toContain('Forbidden');
  });
});

describe('mail-scope.sh', () => {
  const values = [
    '--client-id',
    client,
    '--identity',
    identity,
    '--mailbox',
    'soc@contoso.example',
  ];
  const commandsIn = ({ calls }: Ran) => calls.map((call) => call.at(-1)).join('\n');

  test('gives the right to send from that mailbox alone, in Exchange', async () => {
    const dry = await runScript('mail-scope.sh', [...values, '--dry-run']);
    expect([dry.status, dry.calls]).toEqual([0, []]);
    expect(dry.out).toContain(
      `-RecipientRestrictionFilter "PrimarySmtpAddress -eq 'soc@contoso.example'"`,
    );
    expect(dry.out).toContain(
      `-Role 'Application Mail.Send' -CustomResourceScope 'Glasswatch mail ${client}'`,
    );
    const ran = await runScript('mail-scope.sh', values);
    expect(ran.status).toBe(0);
    expect(commandsIn(ran)).toContain(dry.out.trim());
  });

  test('can be run again: what is there is mended, and nothing is made twice', async () => {
    const { out } = await runScript('mail-scope.sh', [...values, '--dry-run']);
    for (const [, kind] of out.matchAll(/New-(\w+) /g)) {
      expect(out).toContain(`(Get-${kind} -Identity`);
    }
    // Another mailbox of the same deployment, and no scope of another deployment.
    expect(out).toMatch(/Set-ManagementScope -Identity 'Glasswatch mail 2/);
  });

  test('takes away the right, then what it rested on', async () => {
    const ran = await runScript('mail-scope.sh', ['--client-id', client, '--remove']);
    const removed = commandsIn(ran).match(/Remove-\w+/g);
    expect(removed).toEqual([
      'Remove-ManagementRoleAssignment',
      'Remove-ManagementScope',
      'Remove-ServicePrincipal',
    ]);
  });
});

describe('every script', () => {
  test.each([
    ['diagnostic-setting.sh', ['--hub', 'entra-logs']],
    ['diagnostic-setting.sh', ['--rule-id', `${ruleId}"`, '--hub', 'entra-logs']],
    ['diagnostic-setting.sh', ['--rule-id', `${ruleId}\n","x":"`, '--hub', 'entra-logs']],
    ['diagnostic-setting.sh', ['--rule-id', `${ruleId}\\`, '--hub', 'entra-logs']],
    ['diagnostic-setting.sh', ['--rule-id', ruleId.replace('rg', 'a b'), '--hub', 'entra-logs']],
    ['diagnostic-setting.sh', ['--rule-id', ruleId, '--hub', 'entra logs']],
    ['diagnostic-setting.sh', ['--rule-id', ruleId, '--hub', '']],
    ['diagnostic-setting.sh', [...hub, '--name', '../x']],
    ['diagnostic-setting.sh', [...hub, '--name', '$(id)']],
    ['diagnostic-setting.sh', ['--hub']],
    ['diagnostic-setting.sh', [...hub, '--dryrun']],
    ['activity-log.sh', hub],
    ['activity-log.sh', [...hub, '--subscription', 'all']],
    ['activity-log.sh', [...hub, '--subscription', `${one} ${two}`]],
    ['graph-permissions.sh', ['--identity', 'me']],
    ['graph-permissions.sh', ['--identity', identity, '--only', '*']],
    ['graph-permissions.sh', ['--identity', identity, '--only', '-v']],
    ['console-sign-in.sh', ['--host', "app'.example", '--identity', identity]],
    ['console-sign-in.sh', ['--host', 'app.example ', '--identity', identity]],
    ['graph-permissions.sh', []],
    ['console-sign-in.sh', ['--host', 'https://app', '--identity', identity]],
    ['console-sign-in.sh', ['--host', 'app.example']],
    ['mail-scope.sh', ['--client-id', client, '--identity', identity, '--mailbox', "a'@b.example"]],
    ['mail-scope.sh', ['--client-id', client]],
  ])('%s refuses %j, and asks for nothing that changes anything', async (script, values) => {
    const ran = await runScript(script, values);
    expect(ran.status).toBe(2);
    expect(ran.error).not.toBe('');
    expect(sentIn(ran.calls)).toEqual([]);
    expect(ran.calls.filter(([command]) => command === '-NoProfile')).toEqual([]);
  });

  test.each(shells)('%s tells how to use it, and runs in sh and bash alike', async (script) => {
    for (const shell of ['sh', 'bash'] as const) {
      const ran = await runScript(script, ['--help'], { shell });
      expect([ran.status, ran.calls, ran.error]).toEqual([0, [], '']);
      expect(ran.out).toMatch(new RegExp(`^Usage: sh ${script} `));
      expect(ran.out).toContain('--dry-run');
      expect(ran.out).toContain('--remove');
    }
  });

  test.each(shells)('%s stops at the first thing that fails', async (script) => {
    const values: Record<string, string[]> = {
      'diagnostic-setting.sh': hub,
      'activity-log.sh': [...hub, '--subscription', one ?? '', '--subscription', two ?? ''],
      'graph-permissions.sh': ['--identity', identity],
      'console-sign-in.sh': ['--host', 'app.example', '--identity', identity],
      'mail-scope.sh': ['--client-id', client, '--remove'],
    };
    const fails = script === 'mail-scope.sh' ? 'Remove-' : 'rest --method p';
    const ran = await runScript(script, values[script] ?? [], { fails });
    expect(ran.status).not.toBe(0);
    expect(sentIn(ran.calls).length).toBeLessThanOrEqual(1);
  });
});
