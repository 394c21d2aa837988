import { fits, oneOfThese, sinkRule, variableFor } from './fits.ts';
import { none, one, type Question } from './question.ts';

type Asked = {
  /** Of the sink, in the policy. */
  key: string;
  ask: string;
  why: string;
  usual?: string;
  /** The name of the variable is asked for, and not the secret. */
  isSecret?: true;
};

/** What each type of SIEM must be told. */
export const siemKeys: Readonly<Record<string, readonly Asked[]>> = {
  sentinel: [
    {
      key: 'endpoint',
      ask: 'Logs ingestion endpoint of the data collection rule',
      why: 'Where the rows go.',
    },
    {
      key: 'ruleId',
      ask: 'Immutable id of that rule (dcr-…)',
      why: 'Which table they become.',
    },
  ],
  splunk: [
    { key: 'url', ask: 'URL of the HTTP Event Collector', why: 'Where events go, with its port.' },
    secret('token', 'the token of the collector', 'SPLUNK_TOKEN'),
  ],
  elastic: [
    { key: 'url', ask: 'URL of Elasticsearch', why: 'Where documents go, with its port.' },
    secret('apiKey', 'an API key that may create documents', 'ELASTIC_API_KEY'),
  ],
  syslog: [
    {
      key: 'host',
      ask: 'Host of the syslog receiver',
      why: 'It takes syslog over TLS at port 6514, by a name that its certificate has.',
    },
  ],
  eventHub: [
    {
      key: 'namespace',
      ask: 'Namespace of the event hub (…servicebus.windows.net)',
      why: 'Where the identity of the app may send.',
    },
    {
      key: 'hub',
      ask: 'Name of the event hub',
      why: 'What your SIEM reads from.',
      usual: 'findings',
    },
  ],
  secops: [
    secret('url', 'the endpoint of the feed', 'SECOPS_FEED'),
    secret('apiKey', 'an API key of the project', 'SECOPS_API_KEY'),
    secret('accessKey', 'the secret of the feed', 'SECOPS_ACCESS_KEY'),
  ],
  webhook: [
    secret('url', 'the URL that events are posted to', 'EVENTS_URL'),
    secret('secret', 'what signs them (whsec_…)', 'EVENTS_SECRET'),
  ],
};

function secret(key: string, what: string, usual: string): Asked {
  const ask = `Variable that holds ${what}`;
  return {
    key,
    ask,
    why: 'Its name alone; the value becomes an app setting.',
    usual,
    isSecret: true,
  };
}

/** In a file of answers: `siemUrl`. */
export const answerKey = (key: string) => `siem${key.charAt(0).toUpperCase()}${key.slice(1)}`;

const types = Object.keys(siemKeys);

export const siemQuestions: readonly Question[] = [
  {
    key: 'siem',
    ask: `SIEM (${[...types, none].join(', ')})`,
    why: 'It gets every finding, and a heartbeat so that it can alarm on our silence.',
    usual: none,
    means: (answer) =>
      [...types, none].find((type) => type.toLowerCase() === answer.toLowerCase()) ?? answer,
    problem: oneOfThese([...types, none]),
  },
  ...types.flatMap((type) =>
    (siemKeys[type] ?? []).map(
      ({ key, ask, why, usual, isSecret }): Question => ({
        ...{ key: answerKey(key), ask, why },
        ...(usual !== undefined && { usual }),
        isAsked: (answers) => one(answers, 'siem') === type,
        problem: isSecret ? variableFor(sinkRule(type, key)) : fits(sinkRule(type, key)),
      }),
    ),
  ),
];
