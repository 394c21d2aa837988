import { expect, test } from 'vitest';
import { sinks } from '../../shared/forward/sinks/index.ts';
import { describePolicy, formatProblem, parsePolicy } from '../../shared/policy.ts';

const base = `version: 1
tenants:
  - { id: 60e8de8d-8243-4bff-86c7-2aa35ef4cbf5, name: contoso }
  - { id: 3f8c1e52-6d0a-4b7e-9c41-5a2f7be08d16, name: Fabrikam Inc }
channels: { soc: { type: teams, webhookUrl: { env: A } } }
routes: [{ minSeverity: high, channels: [soc] }]
`;

function linesOf(sinks: string): string[] {
  const result = parsePolicy(`${base}sinks:\n${sinks}`, 'policy.yaml');
  return ('problems' in result ? result.problems : result.warnings).map(formatProblem);
}

function meaningOf(sinks: string, env?: Record<string, string>): string[] {
  const result = parsePolicy(base + sinks, 'policy.yaml');
  if ('problems' in result) throw new Error(result.problems.map(formatProblem).join('\n'));
  const lines = describePolicy(result.policy, { env }).split('\n');
  return lines.slice(lines.findIndex((line) => line.startsWith('Sinks:'))).slice(0, -1);
}

test('what each sink is, gets and needs is said in plain words', () => {
  const sinks = `sinks:
  splunk: { type: splunk, url: "https://splunk.contoso.com:8088", token: { env: HEC_TOKEN }, minSeverity: high }
  elastic: { type: elastic, url: { env: ELASTIC_URL }, apiKey: { env: ELASTIC_KEY }, tenants: [Fabrikam Inc], detections: [pim-activation], heartbeat: false }
  syslog: { type: syslog, host: siem.contoso.com }
  lines: { type: file, path: events.ndjson, format: ocsf }
`;
  expect(
    meaningOf(sinks, { HEC_TOKEN: 'S3cr3t', ELASTIC_KEY: '' }).join('\n'),
  ).toMatchInlineSnapshot(`
    "Sinks:
      splunk: Splunk at splunk.contoso.com:8088, as ocsf; nothing below high; needs HEC_TOKEN (set); a heartbeat every five minutes
      elastic: logs-glasswatch.finding-default of Elasticsearch at the URL in ELASTIC_URL, as ecs; only of Fabrikam Inc; only findings of pim-activation, and what becomes of incidents; needs ELASTIC_URL (NOT SET), ELASTIC_KEY (NOT SET); NO HEARTBEAT, so nothing there shows when we are silent
      syslog: syslog over TLS to siem.contoso.com:6514, as cef; everything that is found; needs no app setting; a heartbeat every five minutes
      lines: the file events.ndjson, as ocsf; everything that is found; needs no app setting; a heartbeat every five minutes"
  `);
  expect(meaningOf(sinks)[1]).toContain('; needs HEC_TOKEN; ');
  expect(meaningOf('')).toEqual(['Sinks: none, so nothing goes to a SIEM']);
});

test('a tenant that does not exist is a mistake, by name or id, at its place', () => {
  expect(
    linesOf(`  a: { type: file, path: a, tenants: [contoso, fabrikam inc, 3F8C1E52-6d0a-4b7e-9c41-5a2f7be08d16] }
  b: { type: file, path: b, tenants: [contso, Fabrikam] }
`),
  ).toEqual([
    'policy.yaml:9:39 sinks.b.tenants[0]: found the unknown tenant "contso"; allowed: "contoso", "Fabrikam Inc" (did you mean "contoso"?)',
    'policy.yaml:9:47 sinks.b.tenants[1]: found the unknown tenant "Fabrikam"; allowed: "contoso", "Fabrikam Inc" (did you mean "Fabrikam Inc"?)',
  ]);
});

test('a kind, a format, a detection and a key that there are not are mistakes of the schema', () => {
  const lines = linesOf(`  a: { type: splonk }
  b: { type: file, path: b, format: ocfs, detections: [pim-activaton], colour: red }
  c: { type: file, path: c, tenants: [], heartbeat: often }
  d: file
`);
  expect(lines.map((line) => line.replace(/allowed: [^(]*/, '')).join('\n')).toMatchInlineSnapshot(`
    "policy.yaml:8:14 sinks.a.type: found "splonk"; (did you mean "splunk"?)
    policy.yaml:9:37 sinks.b.format: found "ocfs"; (did you mean "ocsf"?)
    policy.yaml:9:56 sinks.b.detections[0]: found "pim-activaton"; (did you mean "pim-activation"?)
    policy.yaml:9:72 sinks.b.colour: found the unknown key "colour"; 
    policy.yaml:10:38 sinks.c.tenants: found an empty list; 
    policy.yaml:10:53 sinks.c.heartbeat: found "often"; 
    policy.yaml:11:6 sinks.d: found "file"; (elastic, eventHub, file, secops, sentinel, splunk, syslog, webhook)"
  `);
});

test('a file is warned of as nothing for Azure', () => {
  expect(linesOf('  lines: { type: file, path: events.ndjson }\n')).toEqual([
    'policy.yaml:8:18 sinks.lines.type: warning: in Azure the file is gone with the machine that wrote it, and each instance has its own; found file; allowed: file for trying things out; any other type in Azure',
  ]);
});

test('a receiver in a private network is warned of, unless the sink says so', () => {
  const hosts = [
    ...['10.1.2.3', 'fd00::1', '169.254.169.254', 'localhost', 'siem.corp.internal', 'SIEM.local'],
    ...['93.184.216.34', '2606:2800:220::1', 'siem.contoso.com', 'local.contoso.com'],
  ];
  const found = linesOf(
    hosts.map((host, n) => `  s${n}: { type: syslog, host: "${host}" }\n`).join(''),
  );
  const warned = '10.1.2.3 fd00::1 169.254.169.254 localhost siem.corp.internal SIEM.local';
  expect(found.map((line) => /found "(.*?)"/.exec(line)?.[1] ?? line)).toEqual([
    ...warned.split(' '),
  ]);
  expect(found[0]).toBe(
    'policy.yaml:8:29 sinks.s0.host: warning: a private address is refused; found "10.1.2.3"; allowed: a public address, or `private: true` beside it',
  );
  const splunk = 'type: splunk, url: "https://[fd00::7]:8088/x", token: { env: T }';
  expect(linesOf(`  a: { ${splunk} }\n`)[0]).toContain('found "fd00::7"');
  expect(linesOf(`  a: { ${splunk}, private: true }\n`)).toEqual([]);
});

test('no mistake repeats a secret that was written here', () => {
  const key = 'S3cr3t/Xy';
  const lines =
    linesOf(`  a: { type: splunk, url: https://user:${key}@h.example?sig=${key}, token: ${key} }
  b: { type: splunk, url: https://h.example/x,sig=${key}, token: { env: T } }
  "${key}": { type: file, path: x }
  c: { type: elastic, url: "https://h.example", apiKey: { env: "${key}" }, namespace: "${key}" }
`);
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.join('\n')).not.toContain('S3cr3t');
});

test('whoever names a kind that there is not is told of all that there are', () => {
  const [line] = linesOf('  a: { type: none }\n');
  const all = sinks.map(({ type }) => type).toSorted();
  expect(line).toBe(`policy.yaml:8:14 sinks.a.type: found "none"; allowed: ${all.join(', ')}`);
});
