import type { Policy } from '../policy.ts';

/** A variable that the policy names, and everything that needs it. */
export type PolicyVariable = {
  name: string;
  uses: { what: string; key: string }[];
};

type Named = Pick<Policy, 'channels' | 'sinks'>;

/** The variables of the channels and sinks, each once, in the order of the policy. */
export function variablesIn({ channels, sinks }: Named): PolicyVariable[] {
  const found = new Map<string, PolicyVariable>();
  const collect = (kind: string, named: Readonly<Record<string, object>>) => {
    for (const [title, settings] of Object.entries(named)) {
      for (const [key, value] of Object.entries(settings)) {
        const name = (value as { env?: unknown } | null)?.env;
        if (typeof name !== 'string') continue;
        const variable = found.get(name) ?? { name, uses: [] };
        found.set(name, variable);
        variable.uses.push({ what: `${kind} ${title}`, key });
      }
    }
  };
  collect('channel', channels);
  collect('sink', sinks);
  return [...found.values()];
}

export const namesIn = (policy: Named): ReadonlySet<string> =>
  new Set(variablesIn(policy).map(({ name }) => name));
