import { stringify } from 'yaml';

/** As YAML on one line, quoted where it must be. */
export const flow = (value: unknown) =>
  stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    flowCollectionPadding: !Array.isArray(value),
  }).trimEnd();

/** As a secret stands in a policy. */
export const variable = (name: string) => flow({ env: name });
