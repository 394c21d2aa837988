import type { Policy } from '../../shared/policy.ts';
import { namedIn } from '../doctor/hide-secrets.ts';

const inVault = (setting: string) => setting.toLowerCase().replaceAll('_', '-');

/** What is to be done after the policy was written, each with its command. */
export function stepsAfter(policy: Policy, file: string): string {
  const settings = namedIn(policy);
  const steps: readonly (readonly string[])[] = [
    [
      'Try it on your own logs; nothing is sent, and nothing leaves this machine:',
      `npx glasswatch replay --policy ${file} <files>`,
    ],
    ...(settings.length > 0
      ? [
          [
            'Give the app its secrets. Write each into a file, and put that into the vault of the deployment:',
            ...settings.map(
              (name) =>
                `az keyvault secret set --vault-name <vault> --name ${inVault(name)} --file <file>`,
            ),
            `and list the settings in infra/main.parameters.json: "vaultSettings": { "value": ${JSON.stringify(settings)} }`,
          ],
        ]
      : []),
    ...(policy.console
      ? []
      : [
          [
            'Once the app has an address, write it under console in that file, and deploy it again.',
          ],
        ]),
    [
      'Look at all of it, here with the settings of the app in a file, or in the environment:',
      `npx glasswatch doctor --policy ${file}`,
    ],
    [
      'Then declare a drill: it proves the whole chain.',
      `npx glasswatch drill start --policy ${file} --account ${policy.tenants[0]?.accounts.emergency[0] ?? '<account>'} --for 60m --reason "the first one"`,
    ],
  ];
  const text = steps.map(([title, ...commands], index) =>
    [`${index + 1}. ${title}`, ...commands.map((command) => `     ${command}`)].join('\n'),
  );
  return ['Next:', ...text, ''].join('\n');
}
