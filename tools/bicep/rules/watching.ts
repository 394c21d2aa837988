import type { BicepFile, Resource } from '../bicep-file.ts';
import { at, type Expression, itemsOf, literalOf, textOf, within } from '../expression.ts';
import type { Project } from '../project.ts';
import { deployed, named } from '../resources.ts';
import type { Rule } from '../rule.ts';

/** What has to be watched. Storage is, by its services: an account itself has no such logs. */
const watched = [
  { type: 'Microsoft.EventHub/namespaces', isByChild: false },
  { type: 'Microsoft.KeyVault/vaults', isByChild: false },
  { type: 'Microsoft.Storage/storageAccounts', isByChild: true },
];

const alarms = (project: Project) => [
  ...deployed(project, 'Microsoft.Insights/metricAlerts'),
  ...deployed(project, 'Microsoft.Insights/scheduledQueryRules'),
];

/** What each alarm is for; a part of its query or of its metric. */
const purposes: Readonly<Record<string, RegExp>> = {
  'no logs come in': /^IncomingMessages$/,
  'the heartbeat is missing': /OperationName == 'escalate'.*count\(\).*== 0/s,
  'no logs come in, and no metric either': /'IncomingMessages' and Total > 0.*count\(\).*== 0/s,
  'telemetry is thrown away': /_LogOperation.*OverQuota/s,
  'functions fail': /Success == false.*Lately >= 5 or/s,
  'a function that seldom runs always fails': /Failures >= 3 and Others == 0/,
  'records wait to be read': /IncomingMessages.*OutgoingMessages/s,
  'records are judged late': /'glasswatch\.ingest\.wait'.*max\(Max\)/s,
  'a partition waits for a batch that fails': /OperationName == 'ingest' and Success == false/,
  'a channel tells nobody': /'glasswatch\.deliveries'.*Failed > 0 and Delivered == 0/s,
  'records were set aside': /'glasswatch\.records'.*'set aside'/s,
  'a SIEM is behind': /'glasswatch\.siem\.delay'/,
  'the directory is old, or none is known': /'glasswatch\.directory\.age'.*Tenants == 0/s,
};

export const watchingRules: readonly Rule[] = [
  {
    name: 'diagnostics',
    says: 'who reads, writes and deletes in vault, storage and event hub is kept',
    check: (project) => {
      const settings = deployed(project, 'Microsoft.Insights/diagnosticSettings');
      return watched.flatMap(({ type, isByChild }) =>
        deployed(project, type)
          .filter(({ file, resource }) => {
            const on = settings
              .filter((one) => one.file === file && hasLogs(one.object))
              .map((one) => named(file, at(one.object, 'scope')));
            return !on.some((one) => {
              const target = isByChild && one ? parentOf(project, file, one) : one;
              return target === resource;
            });
          })
          .map(({ file, resource }) => ({
            file: file.path,
            line: resource.line,
            what: `nothing keeps what happens in ${resource.name}`,
            allowed: 'a diagnostic setting with logs',
          })),
      );
    },
  },
  {
    name: 'alarms',
    says: 'what the app can not tell of itself goes off without it',
    check: (project) => {
      const texts = [...project.files.values()].flatMap(({ variables, path }) =>
        path.endsWith('alarms.bicep') ? variables.map(({ value }) => value) : [],
      );
      const said = [...texts, ...alarms(project).map(({ object }) => object)]
        .flatMap((expression) => [...within(expression)])
        .flatMap((one) => textOf(one) ?? []);
      return Object.entries(purposes)
        .filter(([, purpose]) => !said.some((text) => purpose.test(text)))
        .map(([purpose]) => ({
          file: 'infra/modules/alarms.bicep',
          line: 1,
          what: `no alarm goes off when ${purpose}`,
        }));
    },
  },
  {
    name: 'alarms-reach-people',
    says: 'every alarm is on and tells the group of people',
    check: (project) =>
      alarms(project).flatMap(({ file, resource, object }) => {
        const groups = [...within(object)].filter(
          (one) => one.is === 'property' && one.property === 'id' && isGroup(file, one.of),
        );
        const isOn = literalOf(at(object, 'properties.enabled')) === true;
        if (groups.length > 0 && isOn) return [];
        const what = `${resource.name} is off, or tells nobody`;
        return [
          { file: file.path, line: resource.line, what, allowed: 'enabled, with an action group' },
        ];
      }),
  },
  {
    name: 'cost',
    says: 'telemetry has a cap a day, and the group has a budget',
    check: (project) => [
      ...deployed(project, 'Microsoft.OperationalInsights/workspaces')
        .filter(({ object }) => !at(object, 'properties.workspaceCapping.dailyQuotaGb'))
        .map(({ file, resource }) => ({
          file: file.path,
          line: resource.line,
          what: `${resource.name} takes any number of gigabytes`,
          allowed: 'workspaceCapping.dailyQuotaGb',
        })),
      ...(deployed(project, 'Microsoft.Consumption/budgets').length > 0
        ? []
        : [{ file: 'infra/main.bicep', line: 1, what: 'there is no budget' }]),
    ],
  },
];

const hasLogs = (object: Expression) => {
  const logs = at(object, 'properties.logs');
  return logs?.is === 'loop' || itemsOf(logs).length > 0;
};

function isGroup(file: BicepFile, expression: Expression): boolean {
  return named(file, expression)?.type === 'Microsoft.Insights/actionGroups';
}

function parentOf(project: Project, file: BicepFile, child: Resource): Resource | undefined {
  const placed = deployed(project).find(({ resource }) => resource === child);
  return placed && named(file, at(placed.object, 'parent'));
}
