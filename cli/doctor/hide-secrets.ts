import { allSecretsIn, wordsWithout } from '../../shared/forward/receiver-words.ts';
import { secretNames } from '../../shared/policy/secrets-in-words.ts';
import type { Policy } from '../../shared/policy.ts';
import type { Environment } from './check.ts';

/** Settings of the service that hold, or may hold, a key. */
const ownSecrets = [
  'AzureWebJobsStorage',
  'ENTRA_LOGS',
  'GLASSWATCH_STORAGE',
  'GLASSWATCH_GRAPH_TOKEN',
];
const keyField = /(?:^|;)\s*(?:AccountKey|SharedAccessKey|SharedAccessSignature)=([^;]+)/gi;
/** Shorter is a word that anybody may use. */
const leastLength = 8;

/** Where something is, is said: only how to get in is not. */
const secretsOf = ({ channels, sinks }: Pick<Policy, 'channels' | 'sinks'>): string[] =>
  [...Object.values(channels), ...Object.values(sinks)].flatMap(({ host: _, ...rest }) =>
    secretNames(rest),
  );

/** Takes out of a text what these settings hold of secrets. */
export function hiding(env: Environment, policy: Policy | undefined): (text: string) => string {
  const named = (policy ? secretsOf(policy) : []).flatMap((name) => env[name] ?? []);
  const own = ownSecrets.flatMap((name) => env[name] ?? []);
  const keys = [...named, ...own].flatMap((value) =>
    [...value.matchAll(keyField)].flatMap(([, key]) => key ?? []),
  );
  const urls = named.filter((value) => URL.canParse(value)).flatMap(allSecretsIn);
  const whole = named.filter((value) => !URL.canParse(value) && !value.includes(';'));
  const token = env.GLASSWATCH_GRAPH_TOKEN ?? '';
  const secrets = [...keys, ...urls, ...whole, token].filter((one) => one.length >= leastLength);
  const words = wordsWithout(secrets);
  return (text) => chunksOf(text).map(words).join(' ');
}

/** What a receiver says is cut there; a line of ours is not. */
const longestChunk = 200;

function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = `${chunks.at(-1) ?? ''} ${word}`;
    if (chunks.length > 0 && longer.length <= longestChunk) chunks[chunks.length - 1] = longer;
    else chunks.push(word);
  }
  return chunks;
}
