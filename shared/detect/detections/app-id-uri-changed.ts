import { cleanLine } from '../../clean-text.ts';
import type { AuditTarget } from '../../read/event.ts';
import { asTexts } from '../../read/raw.ts';
import { defineDetection } from '../detection.ts';
import { applicationChanged, change } from '../examples/applications.ts';
import { applicationMatch, applicationOf, applicationTarget } from '../rows/applications.ts';
import { listOf } from '../wording.ts';

const watched = new Map([
  ['appidentifieruri', 'identifier URI'],
  ['logouturl', 'sign-out URL'],
]);

const identifier = (
  before: unknown,
  after: unknown,
  operation = 'Update application',
  fields = {},
) => applicationChanged(operation, [change('AppIdentifierUri', before, after)], fields);

export default defineDetection({
  id: 'app-id-uri-changed',
  title: 'Identifier or sign-out URL of an application changed',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'low',
  categories: ['AuditLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-applications',
  why: 'Tokens are made out to the identifier: whoever takes over one that others trust receives theirs. Without its sign-out URL a session outlives its end.',
  triage: [
    'Hold the change against the work on the application.',
    'An identifier under a domain of somebody else is a reason to ask.',
  ],
  falsePositives: ['Development: an API gets its identifier when it is first published.'],

  detect(event, { watchlist }) {
    if (event.result !== 'success') return;
    if (!/^update (application|service principal)$/.test(event.operation)) return;
    const changed = changesIn(applicationTarget(event));
    if (changed.length === 0) return;
    const names = listOf(changed.map(({ name }) => name));
    const app = applicationOf(event, watchlist);
    const match = applicationMatch(event, app, `${names} changed`, []);
    return { ...match, details: { ...match.details, changed } };
  },

  examples: () => [
    { name: 'an identifier', records: [identifier(['api://a'], ['api://b'])], expect: 'low' },
    { name: 'its first', records: [identifier([], ['api://a'])], expect: 'low' },
    { name: 'its last', records: [identifier(['api://a'], [])], expect: 'low' },
    {
      name: 'of a service principal',
      records: [identifier([], ['api://a'], 'Update service principal')],
      expect: 'low',
    },
    {
      name: 'the sign-out URL is emptied',
      records: [
        applicationChanged('Update application', [
          change('LogoutUrl', 'https://example.com/out', ''),
        ]),
      ],
      expect: 'low',
    },
    {
      name: 'the same in another order',
      records: [identifier(['api://a', 'api://b'], ['api://b', 'api://a'])],
      expect: 'nothing',
    },
    {
      name: 'another change',
      records: [applicationChanged('Update application', [change('DisplayName', 'a', 'b')])],
      expect: 'nothing',
    },
    {
      name: 'a row without targets',
      records: [identifier([], ['api://a'], 'Update application', { targetResources: [] })],
      expect: 'nothing',
    },
    {
      name: 'a new application',
      records: [identifier([], ['api://a'], 'Add application')],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [identifier([], ['api://a'], 'Update application', { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

function changesIn(target: AuditTarget | undefined) {
  return [...watched].flatMap(([property, name]) => {
    const change = target?.changes.get(property);
    const before = inOneLine(change?.before);
    const after = inOneLine(change?.after);
    return before === after ? [] : [{ name, before, after }];
  });
}

const inOneLine = (value: unknown) => cleanLine(asTexts(value).sort().join(', '), 300);
