import * as z from 'zod';
import { guidPattern } from '../../shared/policy/fields.ts';
import { tenantSchema } from '../../shared/policy/schema.ts';
import { fits, orNone } from './fits.ts';
import { flow } from './flow.ts';
import { type Answers, given, none, type Question } from './question.ts';

const environmentAllowed =
  'a name of 2 to 24 letters, digits and hyphens, as for: azd env new <environment>';
/** As the templates take it. */
const environment = z.string().regex(/^[a-z0-9][a-z0-9-]{1,23}$/i, environmentAllowed);
const subscription = z
  .string()
  .regex(guidPattern, 'a subscription id (a GUID; az account show --query id prints it)');

/** What the watch itself rests on, as far as it is known before it is there. */
export const ownQuestions: readonly Question[] = [
  {
    key: 'diagnosticSetting',
    ask: 'Name of the diagnostic setting that sends the logs of Entra here',
    why: 'A change of it is told as one of the watch. The scripts of infra/tenant call it glasswatch.',
    usual: 'glasswatch',
    problem: orNone(
      fits(tenantSchema.shape.ownResources, (answer) => ({ diagnosticSettings: [answer] })),
      none,
    ),
  },
  {
    key: 'environment',
    ask: 'Name of the azd environment that Glasswatch is deployed as',
    why: 'Its resources lie in rg-glasswatch-<name>; a change of them is told. none if you do not know it yet.',
    usual: none,
    problem: orNone(fits(environment), none),
  },
  {
    key: 'subscription',
    ask: 'Id of the subscription that it is deployed into',
    why: 'The rest of the id of that resource group. az account show --query id',
    isAsked: (answers) => given(answers, 'environment') !== undefined,
    problem: fits(subscription),
  },
];

/** The resource group that the templates make; undefined: it is not known yet. */
function resourceGroupOf(answers: Answers): string | undefined {
  const [name, id] = [given(answers, 'environment'), given(answers, 'subscription')];
  return name && id
    ? `/subscriptions/${id.toLowerCase()}/resourceGroups/rg-glasswatch-${name}`
    : undefined;
}

/** Of a tenant, in its place. */
export function ownResourcesLines(answers: Answers): string[] {
  const setting = given(answers, 'diagnosticSetting');
  const group = resourceGroupOf(answers);
  const why = [
    '    # What Glasswatch itself rests on: whoever changes that blinds the watch, and it is told so.',
  ];
  const later = '/subscriptions/<subscription id>/resourceGroups/rg-glasswatch-<environment>';
  const groupLine = group
    ? [`      resourceIds: ${flow([group])}`]
    : ['      # As soon as you know it:', `      # resourceIds: [${later}]`];
  if (setting) {
    return [
      ...why,
      '    ownResources:',
      `      diagnosticSettings: ${flow([setting])}`,
      ...groupLine,
    ];
  }
  return group
    ? [...why, '    ownResources:', ...groupLine]
    : [...why, `    # ownResources: { diagnosticSettings: [<name>], resourceIds: [${later}] }`];
}
