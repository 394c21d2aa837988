/** What the templates give out, of that which a command needs. */
export const azdOutputs = [
  'AZURE_RESOURCE_GROUP',
  'GLASSWATCH_APP_NAME',
  'GLASSWATCH_EVIDENCE_ACCOUNT',
  'GLASSWATCH_EXPORT_RULE_ID',
  'GLASSWATCH_HUB',
  'GLASSWATCH_IDENTITY_CLIENT_ID',
  'GLASSWATCH_IDENTITY_PRINCIPAL_ID',
  'GLASSWATCH_STATE_ACCOUNT',
  'GLASSWATCH_VAULT_NAME',
] as const;

type AzdOutput = (typeof azdOutputs)[number];

/** As sh and PowerShell both take it: a command is run as it stands, where `azd` knows the deployment. */
export const azdValue = (output: AzdOutput) => `"$(azd env get-value ${output})"`;

/** The function app, as `az functionapp` wants it named. */
export const theApp = `--name ${azdValue('GLASSWATCH_APP_NAME')} --resource-group ${azdValue('AZURE_RESOURCE_GROUP')}`;

export const setAppSettings = (settings: string) =>
  `az functionapp config appsettings set ${theApp} --settings ${settings}`;
