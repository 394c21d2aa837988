import type { Policy } from '../../shared/policy.ts';
import { namesIn } from '../../shared/settings/policy-variables.ts';
import { azdValue, theApp } from '../doctor/azd-value.ts';
import { type Answers, given } from './question.ts';

const inVault = (setting: string) => setting.toLowerCase().replaceAll('_', '-');
/** The templates set it, and it opens nothing. */
const ofTemplates = 'ACS_RESOURCE';
const settingsFile = '../glasswatch-settings.json';

/** What is to be done after the policy was written, each with its command. */
export function stepsAfter(policy: Policy, file: string, answers: Answers): string {
  const settings = [...namesIn(policy)].filter((name) => name !== ofTemplates);
  const environment = given(answers, 'environment') ?? '<environment>';
  const subscription = given(answers, 'subscription') ?? '<subscription id>';
  const account = policy.tenants[0]?.accounts.emergency[0] ?? '<account>';
  const look = `--settings ${settingsFile} --policy ${file}`;
  const steps: readonly (readonly string[])[] = [
    [
      'Try it on your own logs; nothing is sent, and nothing leaves this machine:',
      `npx glasswatch replay --policy ${file} <files>`,
    ],
    ...(settings.length > 0
      ? [
          [
            'Say which app settings come from the vault (NOT SET above is said of this machine). In infra/main.parameters.json:',
            `"vaultSettings": { "value": ${JSON.stringify(settings)} }`,
          ],
        ]
      : []),
    [
      'Create the resources, the event hub among them: the app is told which by its settings, so no policy names it.',
      `azd env new ${environment} --subscription ${subscription} --location <region>`,
      'azd provision      (docs/deploy.md has what to set before, and every step after it)',
    ],
    ...(settings.length > 0
      ? [
          [
            'Put the secrets into the vault, each from a file:',
            ...settings.map(
              (name) =>
                `az keyvault secret set --vault-name ${azdValue('GLASSWATCH_VAULT_NAME')} --name ${inVault(name)} --file <file>`,
            ),
          ],
        ]
      : []),
    [
      policy.console
        ? 'Deploy the app, with this policy in it:'
        : `Write the address of the app into ${file} (console), then deploy the app with this policy in it:`,
      ...(policy.console ? [] : ['azd env get-value GLASSWATCH_APP_HOST']),
      'azd deploy',
    ],
    [
      'Look at all of it:',
      `az functionapp config appsettings list ${theApp} --output json > ${settingsFile}`,
      `npx glasswatch doctor --live ${look}`,
    ],
    [
      'Then declare a drill: it proves the whole chain.',
      `npx glasswatch drill start ${look} --account ${account} --for 60m --reason "the first one"`,
    ],
  ];
  const text = steps.map(([title, ...commands], index) =>
    [`${index + 1}. ${title}`, ...commands.map((command) => `     ${command}`)].join('\n'),
  );
  return ['Next:', ...text, ''].join('\n');
}
