import type { SettingGroup, SettingReference } from './setting-reference.ts';

const chosen = (
  name: string,
  means: string,
  allowed: string,
  without: string,
): SettingReference => ({ ...{ name, means, allowed, without }, counts: ['`azd`'] });

const given = (name: string, means: string): SettingReference =>
  chosen(name, means, 'what the templates give out', '`azd provision` sets it');

/** No setting of the app: what azd keeps of an environment, for the templates, its hooks and the scripts. */
export const deploymentReference: SettingGroup = {
  title: 'The deployment',
  says: 'Kept by `azd` for an environment, read by the templates, by its hooks and by `npx glasswatch doctor`. None of them is an app setting. You set the first five with `azd env set`; `azd env get-value` prints the others. What begins with `AZURE_` is of `azd` itself.',
  settings: [
    chosen(
      'GLASSWATCH_ALARM_EMAIL',
      'Who is told when the watch itself is in trouble.',
      'a mail address',
      'needed',
    ),
    chosen(
      'GLASSWATCH_BUDGET_START',
      'From when on the budget counts.',
      'the first of a month, as 2026-12-01',
      'needed',
    ),
    chosen(
      'GLASSWATCH_CONSOLE_CLIENT_ID',
      'The app registration that people sign in to the console with.',
      'what `console-sign-in` prints',
      'nobody can sign in',
    ),
    chosen(
      'GLASSWATCH_SENTINEL_WORKSPACE_ID',
      'The workspace of Microsoft Sentinel that gets a table and a rule.',
      'a resource id',
      'nothing is made for Sentinel',
    ),
    chosen(
      'GLASSWATCH_MAIL_DATA_LOCATION',
      'Where Azure Communication Services keeps mail.',
      'a geography, as Europe',
      'no mail by Azure',
    ),
    given('GLASSWATCH_APP_HOST', 'The host name of the app.'),
    given('GLASSWATCH_APP_NAME', 'The name of the function app.'),
    given('GLASSWATCH_EVIDENCE_ACCOUNT', 'The storage account of the evidence.'),
    given('GLASSWATCH_EXPORT_RULE_ID', 'The rule by which Entra and Azure write to the event hub.'),
    given('GLASSWATCH_HUB', 'The event hub that they write to.'),
    given('GLASSWATCH_IDENTITY_CLIENT_ID', 'Client id of the identity of the app.'),
    given('GLASSWATCH_IDENTITY_PRINCIPAL_ID', 'Its object id, to which permissions are granted.'),
    given('GLASSWATCH_MAIL_SENDER', 'The sender of mail by Azure.'),
    given('GLASSWATCH_SENTINEL_ENDPOINT', 'Where the logs of the sink `sentinel` go.'),
    given('GLASSWATCH_SENTINEL_RULE_ID', 'The data collection rule of this sink.'),
    given('GLASSWATCH_SENTINEL_STREAM', 'The stream of this rule.'),
    given('GLASSWATCH_SIEM_CONSUMER_GROUP', 'The consumer group that the SIEM reads with.'),
    given('GLASSWATCH_SIEM_HOST', 'The namespace of the event hub for the SIEM.'),
    given('GLASSWATCH_SIEM_HUB', 'The event hub for the SIEM.'),
    given('GLASSWATCH_STATE_ACCOUNT', 'The storage account of the state.'),
    given('GLASSWATCH_VAULT_NAME', 'The Key Vault.'),
    given('GLASSWATCH_VAULT_SETTINGS', 'The variables of the policy whose values lie there.'),
  ],
};
