type Values = Readonly<Record<string, string | undefined>>;

/**
 * What people have to do themselves once the resources are there, with what the deployment gave out, in the
 * order of docs/deploy.md. Each line under a heading is a command, as it is to be typed.
 */
export function nextSteps(values: Values): string {
  const of = (name: string) => values[name] || `<${name}>`;
  const script = 'sh infra/tenant/';
  const hub = `--rule-id '${of('GLASSWATCH_EXPORT_RULE_ID')}' --hub ${of('GLASSWATCH_HUB')}`;
  const identity = of('GLASSWATCH_IDENTITY_PRINCIPAL_ID');
  const secrets = (values.GLASSWATCH_VAULT_SETTINGS ?? '').split(',').filter(Boolean).map(inVault);
  const steps = [
    ...(secrets.length > 0
      ? [
          {
            title: 'Put the secrets of the policy into the vault (Key Vault Secrets Officer)',
            commands: secrets.map(
              (name) =>
                `az keyvault secret set --vault-name ${of('GLASSWATCH_VAULT_NAME')} --name ${name} --file <file>`,
            ),
          },
        ]
      : []),
    {
      title: 'Let the app read the directory (Privileged Role Administrator)',
      commands: [`${script}graph-permissions.sh --identity ${identity} --dry-run`],
    },
    ...(values.GLASSWATCH_CONSOLE_CLIENT_ID
      ? []
      : [
          {
            title: 'Let people sign in to the console (Application Administrator)',
            commands: [
              `${script}console-sign-in.sh --host ${of('GLASSWATCH_APP_HOST')} --identity ${identity} --dry-run`,
              'azd env set GLASSWATCH_CONSOLE_CLIENT_ID <the client id that it prints>',
              'azd provision',
            ],
          },
        ]),
    {
      title: 'Let Entra and Azure send their logs (Security Administrator; Monitoring Contributor)',
      commands: [
        `${script}diagnostic-setting.sh ${hub} --dry-run`,
        `${script}activity-log.sh ${hub} --subscription ${of('AZURE_SUBSCRIPTION_ID')} --dry-run`,
      ],
    },
    {
      title: `Deploy the app, once policy.yaml says console: { url: "https://${of('GLASSWATCH_APP_HOST')}" }`,
      commands: ['npx glasswatch check', 'azd deploy'],
    },
  ];
  const text = steps.map(({ title, commands }, index) =>
    [`${index + 1}. ${title}`, ...commands.map((command) => `     ${command}`)].join('\n'),
  );
  return [
    'The resources are there. Nothing in the tenant was changed: that is for you, step by step.',
    'Leave out --dry-run once you like what it prints. Each script has a .ps1 beside it.',
    '',
    ...text,
    '',
    'docs/deploy.md tells what each step is for, and the rest: mail, the first drill, locking the evidence.',
    '',
  ].join('\n');
}

/** TEAMS_WEBHOOK_URL is the secret teams-webhook-url: modules/function-app.bicep refers to it so. */
const inVault = (setting: string) => setting.toLowerCase().replaceAll('_', '-');
