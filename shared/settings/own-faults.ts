import { cleanLine } from '../clean-text.ts';
import { type Environment, type Fault, keyInAzure } from './fault.ts';
import { allowedBy } from './forms.ts';
import { foundIn } from './found.ts';
import { nearest, strangers } from './known-names.ts';
import {
  isSecretSetting,
  type OwnName,
  type OwnSettings,
  ownForms,
  ownSettings,
} from './own-settings.ts';

/** As far as they are given: an empty setting is one that is not set. */
type Given = Partial<Record<OwnName, string>>;

export type ReadOwn = {
  /** Undefined: with these the app can't run. */
  settings: OwnSettings | undefined;
  /** What is wrong by itself: it is missing, or of the wrong form. */
  wrong: Fault[];
  /** What is wrong only beside another setting. */
  together: Fault[];
};

/** The app's own settings, and all that is wrong with them. */
export function readOwn(env: Environment): ReadOwn {
  const given = givenIn(env);
  const read = ownSettings.safeParse(given);
  const wrong = (read.error?.issues ?? []).map(({ path: [key], message }): Fault => {
    const name = String(key);
    const found = foundIn(env[name] ?? '', isSecretSetting(name));
    return { name, says: `found ${found}; allowed: ${message}`, harm: 'stops' };
  });
  wrong.push(...lacking(given, env));
  const named = new Set(wrong.map(({ name }) => name));
  // Of two that contradict each other, one that is wrong by itself comes first.
  const together = contradictions(given).filter(({ name }) => !named.has(name));
  const isUsable = ![...wrong, ...together].some(({ harm }) => harm === 'stops');
  return { settings: isUsable ? read.data : undefined, wrong, together };
}

const givenIn = (env: Environment): Given =>
  Object.fromEntries(
    Object.keys(ownForms).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );

const account = 'GLASSWATCH_STORAGE__accountName';
const evidence = 'GLASSWATCH_EVIDENCE__accountName';
const connection = 'GLASSWATCH_STORAGE';
const loopback = 'GLASSWATCH_ALLOW_LOOPBACK';
const graph = 'GLASSWATCH_GRAPH_ORIGIN';
const token = 'GLASSWATCH_GRAPH_TOKEN';

function lacking(given: Given, env: Environment): Fault[] {
  const lacks: OwnName[] = given[account] || given[connection] ? [] : [account];
  if (given[graph] && !given[token]) lacks.push(token);
  return lacks.map((name) => ({ name, says: missing(name, env), harm: 'stops' }));
}

function contradictions(given: Given): Fault[] {
  const isInAzure = given.WEBSITE_SITE_NAME !== undefined;
  const hasLoopback = given[loopback] === 'true';
  const faults: Fault[] = [];
  const stops = (name: string, says: string) => faults.push({ name, says, harm: 'stops' });
  const hurts = (name: string, says: string) => faults.push({ name, says, harm: 'hurts' });

  if (given[connection] && isInAzure) faults.push(keyInAzure(connection, account));
  if (given[connection] && given[account] && !isSameAccount(given)) {
    // The queues' triggers take the one, and the app writes to the other.
    stops(connection, `names another account than ${account}; allowed: one of the two`);
  }
  if (given[evidence] && !given[account]) {
    stops(evidence, `counts only beside ${account}; allowed: both, or neither`);
  }
  if (hasLoopback && isInAzure) {
    stops(loopback, 'is for the embedded stack alone; allowed in Azure: false');
  }
  for (const name of [graph, 'GLASSWATCH_PAGERDUTY_ORIGIN'] as const) {
    if (!given[name] || hasLoopback) continue;
    stops(name, `is for the embedded stack alone, with ${loopback}; leave it out`);
  }
  if (given[token] && !given[graph]) hurts(token, `counts only beside ${graph}; leave it out`);
  if (given[graph] && given.GLASSWATCH_DIRECTORY === 'file') {
    hurts(graph, 'is not asked while GLASSWATCH_DIRECTORY is file; leave one of them out');
  }
  return faults;
}

function isSameAccount(given: Given): boolean {
  const text = given[connection] ?? '';
  // With a signature in place of a key it may have addresses alone.
  const [, name] =
    /(?:^|;)\s*AccountName=([^;]*)/i.exec(text) ??
    /(?:^|;)\s*\w+Endpoint=https:\/\/([^;./]*)/i.exec(text) ??
    [];
  return name?.toLowerCase() === given[account];
}

/** What is written like it is named too. */
function missing(name: OwnName, env: Environment): string {
  const like = nearest(name, strangers(env, new Set()));
  const hint = like === undefined ? '' : `, but ${cleanLine(like, 80)} is set`;
  return `missing${hint}; allowed: ${allowedBy(ownForms[name])}`;
}
