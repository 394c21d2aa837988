import { any, flag, listOf, number, objectOf, type Shape, text } from './shape.ts';

type Known = { least: number; most: number; gives: (given: readonly Shape[]) => Shape };

const gives = (shape: Shape, least: number, most = least): Known => ({
  least,
  most,
  gives: () => shape,
});

/** What each function of Bicep that infra/ uses takes and gives. Another one is an error until it is here. */
export const functions: Readonly<Record<string, Known>> = {
  cidrSubnet: gives(text, 3),
  concat: { least: 1, most: 99, gives: ([first]) => first ?? any },
  empty: gives(flag, 1),
  environment: gives(
    objectOf({
      name: text,
      authentication: objectOf({ loginEndpoint: text }),
      resourceManager: text,
      suffixes: objectOf({ storage: text, keyvaultDns: text }),
    }),
    0,
  ),
  guid: gives(text, 1, 99),
  join: gives(text, 2),
  loadJsonContent: gives(any, 1),
  loadTextContent: gives(text, 1),
  max: gives(number, 1, 99),
  replace: gives(text, 3),
  resourceGroup: gives(objectOf({ id: text, name: text, location: text, tags: any }), 0, 2),
  resourceId: gives(text, 2, 99),
  split: gives(listOf(text), 2),
  subscription: gives(objectOf({ id: text, subscriptionId: text, tenantId: text }), 0, 1),
  subscriptionResourceId: gives(text, 2, 99),
  take: { least: 2, most: 2, gives: ([first]) => first ?? any },
  toLower: gives(text, 1),
  toObject: gives({ is: 'object' }, 2, 3),
  union: {
    least: 2,
    most: 99,
    gives: (given) => (given.some(({ is }) => is === 'list') ? listOf(any) : { is: 'object' }),
  },
  uniqueString: gives(text, 1, 99),
};

/** What may stand behind an `@`. */
export const decorators = [
  'allowed',
  'description',
  'export',
  'maxLength',
  'maxValue',
  'metadata',
  'minLength',
  'minValue',
  'secure',
];
