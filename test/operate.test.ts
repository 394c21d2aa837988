import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Command } from '../cli/command.ts';
import { checks } from '../cli/doctor/checks/index.ts';
import { readProject } from '../tools/bicep/project.ts';
import { alarmQueries } from '../tools/bicep/queries.ts';
import { deployed, nameOf } from '../tools/bicep/resources.ts';
import { kqlProblems } from './infra/kql.ts';

// docs/operate.md is read at night by somebody who was woken by what it is about.

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');
const page = read('docs/operate.md');
const alarmsFile = read('infra/modules/alarms.bicep');

/** What stands between a heading and the next one of the same rank or above. */
function below(text: string, heading: string): string {
  const rank = /^#+/.exec(heading)?.[0].length ?? 0;
  const from = text.indexOf(`\n${heading}\n`);
  expect(from, `there is ${heading}`).toBeGreaterThan(-1);
  const rest = text.slice(from + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${rank}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}
const headingsIn = (text: string) => [...text.matchAll(/^### (.+)$/gm)].map(([, one = '']) => one);

const ofAlarms = headingsIn(below(page, '## Alarms of Azure Monitor'));
const intruder = 'It, or an intruder';
const ofItself = headingsIn(below(page, '## What it tells of itself')).filter(
  (heading) => heading !== intruder,
);

let alarms: string[];
beforeAll(async () => {
  const project = await readProject();
  const ofMetrics = deployed(project, 'Microsoft.Insights/metricAlerts').map(nameOf);
  alarms = [...alarmQueries(project).map(({ name }) => name), ...ofMetrics.map(String)];
});

test('each alarm has a runbook, and each of these runbooks an alarm', () => {
  expect(alarms.length).toBeGreaterThan(8);
  expect(ofAlarms.toSorted()).toEqual(alarms.toSorted());
});

test('the mail of each alarm says where its runbook is', () => {
  const links = [...alarmsFile.matchAll(/docs\/operate\.md#([\w-]+|\$\{alarm\.name\})'/g)];
  const ofMetrics = ofAlarms.filter((name) => !alarmsFile.includes(`    name: '${name}'`));
  expect(links.map(([, name]) => name).toSorted()).toEqual(
    [...ofMetrics, '$' + '{alarm.name}'].toSorted(),
  );
});

test('what the service tells of itself has a runbook, and nothing else has', () => {
  const folders = ['service-checks', 'stream-checks', 'posture-checks'];
  const told = folders.flatMap((folder) =>
    globSync(`shared/detect/${folder}/*.ts`, { cwd: root })
      .filter((file) => read(file).includes("matter: ['the-watch'") || isAboutSinks(file))
      .map((file) => /([\w-]+)\.ts$/.exec(file)?.[1] ?? ''),
  );
  expect(told.length).toBeGreaterThan(8);
  expect(ofItself.toSorted()).toEqual(told.toSorted());
});

/** Its matter stands in a variable. */
const isAboutSinks = (file: string) => file.endsWith('/sink-failing.ts');

describe.each([...ofAlarms, ...ofItself])('%s', (name) => {
  const runbook = below(page, `### ${name}`);

  test('says what whoever was woken asks, in that order', () => {
    const labels = [...runbook.matchAll(/^- \*\*([^*]+)\*\*: \S/gm)].map(([, label]) => label);
    expect(labels).toEqual(['Means', 'Urgency', 'Look', 'Causes', 'Mend', 'Over when', 'Missed']);
  });

  test('is short', () => {
    expect(runbook.trim().split('\n').length).toBeLessThan(50);
  });
});

const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm'))].map(
    ([, indent = '', block = '']) =>
      block
        .split('\n')
        .map((line) => line.slice(indent.length))
        .join('\n'),
  );
const shell = blocksOf('sh');
/** With a word where whoever types it puts their own. */
const filledIn = (command: string) =>
  command.replace(/<[a-z][^<>\n]*>/g, 'something').replaceAll(' …', ' something');

test('its queries are such as the workspace takes', () => {
  const queries = blocksOf('kusto');
  expect(queries.length).toBeGreaterThan(3);
  expect(queries.flatMap(kqlProblems)).toEqual([]);
  expect(queries.filter((query) => !query.includes('TimeGenerated > ago('))).toEqual([]);
});

test('its commands are such as a shell takes', () => {
  expect(shell.length).toBeGreaterThan(10);
  for (const block of shell) {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: filledIn(block) });
    expect(stderr.toString(), block).toBe('');
    expect(status).toBe(0);
  }
});

/** Every command of a tool, in a block or within a sentence, as one line. */
const commandsOf = (tool: string) => {
  const texts = [
    ...shell.map((block) => block.replaceAll(/ \\\n\s*/g, ' ')),
    ...[...page.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
  ];
  const lines = new RegExp(`^${tool} [^\\n]*`, 'gm');
  const within = new RegExp(`(?<=\\$\\()${tool} [^)\\n]*`, 'g');
  return texts.flatMap((text) => [...(text.match(lines) ?? []), ...(text.match(within) ?? [])]);
};
const optionsOf = (command: string) =>
  [...command.matchAll(/(?<=\s)--[a-z][a-z-]*/g)].map(([option]) => option);

test('each command of glasswatch takes the options that are named', async () => {
  const commands = [...commandsOf('npx glasswatch'), ...commandsOf('doctor')].map((one) =>
    one.replace(/^npx glasswatch /, ''),
  );
  expect(commands.length).toBeGreaterThan(10);
  const wrong: string[] = [];
  for (const command of commands) {
    const help = await helpOf(command.split(' ')[0] ?? '');
    const unknown = optionsOf(command).filter((one) => !new RegExp(`${one}\\b`).test(help));
    wrong.push(...unknown.map((option) => `${command}: ${option}`));
  }
  expect(wrong).toEqual([]);
});

async function helpOf(name: string): Promise<string> {
  const file = (await import(`../cli/${name}.ts`)) as Readonly<Record<string, Command>>;
  return file[`${name}Command`]?.help ?? '';
}

test('doctor knows each group that it is asked for', () => {
  const groups = commandsOf('(?:npx glasswatch )?doctor').flatMap((command) => {
    const [, quoted, word] = /--only (?:"([^"]+)"|([\w,]+))/.exec(command) ?? [];
    return (quoted ?? word)?.split(',') ?? [];
  });
  expect(groups.length).toBeGreaterThan(5);
  const known = checks.map(({ name }) => name);
  expect(groups.filter((group) => !known.includes(group))).toEqual([]);
});

/** What `az` and `azd` are asked for here. A new one is looked up before it gets in. */
const asked = [
  'az eventhubs namespace authorization-rule keys renew',
  'az functionapp deployment source config-zip',
  'az functionapp restart',
  'az functionapp show',
  'az functionapp start',
  'az keyvault recover',
  'az keyvault secret set',
  'az lock create',
  'az login',
  'az monitor log-analytics workspace update',
  'az rest',
  'az storage blob download',
  'az storage blob download-batch',
  'az storage blob upload',
  'az storage entity delete',
  'azd deploy',
  'azd down',
  'azd env get-value',
  'azd env new',
  'azd provision',
];

test('each command of az and azd is one that was looked up, and every option has a value', () => {
  const commands = [...commandsOf('az'), ...commandsOf('azd')].map(filledIn);
  expect(commands.length).toBeGreaterThan(15);
  const unknown = commands.filter(
    (command) => !asked.some((one) => command === one || command.startsWith(`${one} `)),
  );
  expect(unknown).toEqual([]);
  const flags = new Set(['--overwrite']);
  const bare = commands.filter((command) =>
    optionsOf(command).some(
      (option) => !flags.has(option) && new RegExp(`${option}(?: --| *$)`).test(command),
    ),
  );
  expect(bare).toEqual([]);
});
