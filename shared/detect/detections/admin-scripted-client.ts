import { fold } from '../../read/raw.ts';
import { dayOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { refresh, signIn } from '../examples/records.ts';
import { commandLines, offensiveAgents, retiredCommandLines } from '../examples/scripts.ts';
import { people, workloads } from '../examples/tenant.ts';
import { scriptedTool } from '../rows/scripted-tools.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const azureCli = {
  appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
  appDisplayName: 'Microsoft Azure CLI',
};
const azureAdPowerShell = { appId: '1B730954-1685-4b74-9bfd-dac224a7b894' };
const by = (userAgent: string, fields: object = {}) => signIn(people.ben, { userAgent, ...fields });
const expectsCli = { expectedApps: ['azure cli'] };

export default defineDetection({
  id: 'admin-scripted-client',
  title: 'Administrator signed in with a script or an attack tool',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'low',
  severityVaries:
    'Medium for retired command lines, high for attack tools and for libraries that phishing kits and sprays are made of.',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004', 'T1059.009'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'From a command line everything can be read and changed at once. Administrators do that; so does whoever took over one of them, mostly with tools that give themselves away.',
  triage: [
    'An attack tool: unless somebody announced a test, revoke the sessions and see what was read and changed since.',
    'A command line: ask the administrator whether it was them, and look at place and device.',
    'What they use every day belongs in `expectedApps` of this detection.',
  ],
  falsePositives: [
    'Administrators who script. Their own scripts on a bare HTTP library look like a kit.',
  ],

  detect(event, { watchlist, settings }) {
    if (event.errorCode !== 0 || event.flow === 'workload') return;
    const tool = scriptedTool(event);
    if (!tool || !watchlist.isPrivileged(event.account, event.at)) return;
    const names = [tool.name, event.app.name, event.app.id].map((name) => fold(name ?? ''));
    const isExpected = settings.expectedApps.some((app) => names.includes(fold(app)));
    if (isExpected && !tool.isOffensive) return;
    return {
      // A command line signs in with each call: one finding a day and tool.
      key: [watchlist.idOf(event.account) ?? event.account.name, tool.name, dayOf(event.at)],
      gathered: { addresses: [event.ip], agents: [event.userAgent] },
      title: `${nameOf(event.account)} signed in with ${tool.name}${fromWhere(event)}`,
      summary: `${nameOf(event.account)} signed in with ${tool.name}, as the application ${nameOf(event.app)}${fromWhere(event)}.`,
      severity: tool.severity,
      subject: event.account,
      roles: watchlist.rolesOf(event.account, event.at),
      matter: ['sign-in'],
      details: { ...signInDetails(event), tool: tool.name },
    };
  },

  examples: () => [
    ...commandLines.map((appId) => ({
      name: `a command line (${appId})`,
      records: [by('Mozilla/5.0', { appId })],
      expect: 'low' as const,
    })),
    ...retiredCommandLines.map((appId) => ({
      name: `a retired command line (${appId})`,
      records: [by('Mozilla/5.0', { appId })],
      expect: 'medium' as const,
    })),
    ...offensiveAgents.map((agent) => ({
      name: agent,
      records: [by(agent)],
      expect: 'high' as const,
    })),
    {
      name: 'PowerShell without any module',
      records: [by('Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041')],
      expect: 'medium',
    },
    {
      name: 'Azure CLI, which is written in Python',
      records: [by('python-requests/2.32.3', azureCli)],
      expect: 'low',
    },
    {
      name: 'another Python in the name of Azure CLI',
      records: [by('Python/3.11 aiohttp/3.9.1', azureCli)],
      expect: 'high',
    },
    {
      name: 'Python in the name of another command line',
      records: [by('python-requests/2.32.3', azureAdPowerShell)],
      expect: 'high',
    },
    {
      name: 'all day',
      records: [signIn(people.ada, azureCli), refresh(people.ada, { ...azureCli, id: 'r-1' })],
      expect: 'low',
    },
    {
      name: 'expected by the name we give it',
      records: [signIn(people.ada, azureCli)],
      settings: expectsCli,
      expect: 'nothing',
    },
    {
      name: 'expected by its own name',
      records: [signIn(people.ada, azureCli)],
      settings: { expectedApps: ['microsoft azure cli'] },
      expect: 'nothing',
    },
    {
      name: 'expected by its id',
      records: [signIn(people.ada, azureCli)],
      settings: { expectedApps: [azureCli.appId.toUpperCase()] },
      expect: 'nothing',
    },
    {
      name: 'an attack tool in the name of what is expected',
      records: [by('azurehound/v2.1.7', azureCli)],
      settings: { expectedApps: [azureCli.appId] },
      expect: 'high',
    },
    {
      name: 'another command line than expected',
      records: [signIn(people.ada, azureAdPowerShell)],
      settings: expectsCli,
      expect: 'medium',
    },
    { name: 'a browser', records: [by('Mozilla/5.0 (Windows NT 10.0)')], expect: 'nothing' },
    { name: 'no agent is told', records: [signIn(people.ben)], expect: 'nothing' },
    {
      name: 'refused',
      records: [by('azurehound/v2.1.7', { status: { errorCode: 53003 } })],
      expect: 'nothing',
    },
    {
      name: 'a privileged application',
      records: [
        signIn(
          people.dan,
          { servicePrincipalId: workloads.deployer.id, userAgent: 'python-requests/2.32.3' },
          { category: 'ServicePrincipalSignInLogs' },
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'not an administrator',
      records: [signIn(people.dan, azureCli)],
      expect: 'nothing',
    },
  ],
});
