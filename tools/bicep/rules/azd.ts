import { existsSync } from 'node:fs';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import type { Parameter } from '../bicep-file.ts';
import { jsonAt, type Project } from '../project.ts';
import type { Rule } from '../rule.ts';
import { fits, shapeOfDeclared, shapeOfJson } from '../shape.ts';

const yaml = 'azure.yaml';
const parametersFile = 'infra/main.parameters.json';
const main = 'infra/main.bicep';
const ignored = '.funcignore';

const shell = (name: 'sh' | 'pwsh') =>
  z.strictObject({
    shell: z.literal(name),
    run: z.string().min(1),
    continueOnError: z.boolean().optional(),
  });
/** Each runs on every kind of machine. */
const hook = z.strictObject({ posix: shell('sh'), windows: shell('pwsh') });
const hooks = z.partialRecord(
  z.enum([
    'preprovision',
    'postprovision',
    'prepackage',
    'postpackage',
    'predeploy',
    'postdeploy',
    'predown',
    'postdown',
  ]),
  hook,
);

const schema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
  metadata: z.strictObject({ template: z.string() }),
  infra: z.strictObject({
    provider: z.literal('bicep'),
    path: z.literal('infra'),
    module: z.literal('main'),
  }),
  services: z.strictObject({
    app: z.strictObject({
      project: z.literal('.'),
      host: z.literal('function'),
      language: z.literal('ts'),
      dist: z.literal('dist/package'),
      remoteBuild: z.literal(false),
      hooks: hooks.optional(),
    }),
  }),
  hooks: hooks.optional(),
});

/** Says what is missing where Node is too old to read TypeScript, which would only name the extension. */
const front = 'infra/run.js';

/** A hook may start Node, and nothing that signs in to Azure. */
const startsAzure = /\b(?:exec|execFile|spawn|fork)(?:Sync)?\(\s*['"`](?:az|azd|pwsh|sh)\b/;

const root = new URL('../../../', import.meta.url);

export const azdRules: readonly Rule[] = [
  {
    name: 'azure-yaml',
    says: 'azd knows the service, its bundle and its hooks, each for sh and for pwsh',
    check: (project) => {
      const document = parseDocument(project.text(yaml) ?? '');
      const told = (what: string) => ({ file: yaml, line: 1, what });
      if (document.errors.length > 0) return document.errors.map(({ message }) => told(message));
      const result = schema.safeParse(document.toJS());
      if (result.success) return [];
      return result.error.issues.map(({ path, message }) => told(`${path.join('.')}: ${message}`));
    },
  },
  {
    name: 'hooks',
    says: 'a hook runs a script that is there, the same with either shell, and none changes the tenant',
    check: (project) =>
      hooksIn(project).flatMap(({ name, posix, windows }) => {
        const told = (what: string, allowed: string) => [{ file: yaml, line: 1, what, allowed }];
        const [, by, script] = /^node (\S+\.js) (\S+\.ts)(?: [\w./-]+)*$/.exec(posix) ?? [];
        const content = script === undefined ? undefined : project.text(script);
        return [
          ...(posix === windows ? [] : told(`${name} is two scripts`, 'one for both')),
          ...(by === front && script && existsSync(new URL(script, root))
            ? []
            : told(`${name} runs ${posix}`, `node ${front} <script>.ts`)),
          ...(startsAzure.test(content ?? '')
            ? told(`${name} may change the tenant`, 'telling people what to run')
            : []),
        ];
      }),
  },
  {
    name: 'local-build',
    says: `${ignored} keeps node_modules, without which azd refuses to send what is built here`,
    check: (project) =>
      (project.text(ignored) ?? '').split('\n').flatMap((text, index) =>
        // What lies in it may be left out: azd asks for the folder alone.
        /^(\*\*\/|\/)?node_modules\/?$/.test(text.trim())
          ? [{ file: ignored, line: index + 1, what: 'node_modules is left out' }]
          : [],
      ),
  },
  {
    name: 'parameters',
    says: `${parametersFile} gives what has no default, and nothing that main.bicep does not have`,
    check: (project) => {
      const content = jsonAt(project, parametersFile) as
        | { parameters?: Record<string, { value?: unknown }> }
        | undefined;
      const given = content?.parameters ?? {};
      const known = project.files.get(main)?.parameters ?? [];
      const lines = (project.text(parametersFile) ?? '').split('\n');
      const lineOf = (name: string) => lines.findIndex((text) => text.includes(`"${name}"`)) + 1;
      const told = (name: string, what: string) => ({
        file: parametersFile,
        line: lineOf(name) || 1,
        what,
      });
      return [
        ...Object.keys(given)
          .filter((name) => !known.some((one) => one.name === name))
          .map((name) => told(name, `${main} has no parameter ${name}`)),
        ...known
          .filter(({ name, preset }) => !preset && !Object.hasOwn(given, name))
          .map(({ name }) => told(name, `${name} is not given`)),
        ...known
          .filter((one) => Object.hasOwn(given, one.name) && !takes(one, given[one.name]?.value))
          .map(({ name, type }) => told(name, `${name} is not of the type ${type}`)),
      ];
    },
  },
];

function takes({ type }: Parameter, value: unknown): boolean {
  const wanted = shapeOfDeclared(type);
  return value !== undefined && wanted !== undefined && fits(shapeOfJson(value), wanted);
}

type Hook = { name: string; posix: string; windows: string };

function hooksIn(project: Project): Hook[] {
  const content = parseDocument(project.text(yaml) ?? '').toJS();
  const result = schema.safeParse(content);
  if (!result.success) return [];
  const { hooks: ofAll, services } = result.data;
  return Object.entries({ ...ofAll, ...services.app.hooks }).flatMap(([name, one]) =>
    one ? [{ name, posix: one.posix.run, windows: one.windows.run }] : [],
  );
}
