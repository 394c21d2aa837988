import { openStorage } from '../../../shared/azure/storage.ts';
import { sentinelTable } from '../../../shared/forward/sentinel-table.ts';
import { at } from '../expression.ts';
import type { Project } from '../project.ts';
import { callsOf, deployed, nameOf, objectOf, textsOf } from '../resources.ts';
import type { Rule } from '../rule.ts';

/** Where the code puts things, asked of the code itself. Nothing is connected to. */
function placesOfCode(): Record<'tables' | 'containers' | 'queues', string[]> {
  const storage = openStorage({ connectionString: 'UseDevelopmentStorage=true' });
  const names = (key: string) =>
    Object.values(storage)
      .flatMap((client: unknown) =>
        typeof client === 'object' && client !== null && key in client
          ? String((client as Record<string, unknown>)[key])
          : [],
      )
      .sort();
  const containers = names('containerName');
  const queues = names('name').filter((name) => name !== 'undefined');
  return { tables: names('tableName'), containers, queues };
}

/** Where the host puts packages; no code of ours opens it. */
const ofTheHost = ['deployments'];

export const placeRules: readonly Rule[] = [
  {
    name: 'places',
    says: 'the tables, containers and queues that the code opens are there, and no others',
    check: (project) => {
      const wanted = placesOfCode();
      return (['tables', 'containers', 'queues'] as const).flatMap((kind) => {
        const given = placesIn(project, kind);
        const names = given.map(({ name }) => name);
        const missing = wanted[kind]
          .filter((name) => !names.includes(name))
          .map((name) => ({
            file: 'infra/main.bicep',
            line: 1,
            what: `the code opens ${name}, which is not among the ${kind}`,
          }));
        const unknown = given
          .filter(({ name }) => ![...wanted[kind], ...ofTheHost].includes(name))
          .map(({ file, line, name }) => ({
            file,
            line,
            what: `no code opens ${name} of the ${kind}`,
          }));
        return [...missing, ...unknown];
      });
    },
  },
  {
    name: 'sentinel',
    says: 'table, stream and rule for Sentinel have the name that the app sends to',
    check: (project) => {
      const tables = deployed(project, 'Microsoft.OperationalInsights/workspaces/tables')
        .filter((one) => nameOf(one) !== sentinelTable)
        .map(({ file, resource }) => ({
          file: file.path,
          line: resource.line,
          what: 'another table',
          allowed: sentinelTable,
        }));
      const rules = deployed(project, 'Microsoft.Insights/dataCollectionRules').flatMap(
        ({ file, resource, object }) => {
          const streams = at(object, 'properties.streamDeclarations');
          const declared =
            streams?.is === 'object' ? streams.properties.map(({ name }) => name) : [];
          const flows = at(object, 'properties.dataFlows');
          const [flow] = flows?.is === 'list' ? flows.items : [];
          const used = textsOf(at(flow, 'streams'));
          if ([...declared, ...used].join() === `Custom-${sentinelTable},Custom-${sentinelTable}`)
            return [];
          const allowed = `Custom-${sentinelTable}`;
          return [{ file: file.path, line: resource.line, what: 'another stream', allowed }];
        },
      );
      return [...tables, ...rules];
    },
  },
];

type Place = { file: string; line: number; name: string };

/** Those that are written out, and those that a call hands to a module. */
function placesIn(project: Project, kind: 'tables' | 'containers' | 'queues'): Place[] {
  const service = { tables: 'tableServices', containers: 'blobServices', queues: 'queueServices' }[
    kind
  ];
  return deployed(project, `Microsoft.Storage/storageAccounts/${service}/${kind}`).flatMap(
    (placed) => {
      const { file, resource } = placed;
      const name = nameOf(placed);
      if (name !== undefined) return [{ file: file.path, line: resource.line, name }];
      const { body } = resource;
      const over = body.is === 'loop' && body.over.is === 'name' ? body.over.name : '';
      return callsOf(project, file.path).flatMap(({ file: caller, module }) => {
        const given = at(objectOf(module), `params.${over}`);
        const line = given?.line ?? module.line;
        return textsOf(given).map((text) => ({ file: caller.path, line, name: text }));
      });
    },
  );
}
