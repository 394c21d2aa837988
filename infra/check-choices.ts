type Values = Readonly<Record<string, string | undefined>>;
type Parameters = Readonly<Record<string, { value: unknown }>>;

/**
 * The parameters of a deployment, with `${NAME}` and `${NAME=else}` filled in as azd does.
 *
 * @see https://github.com/drone/envsubst#supported-functions
 */
export function choicesOf(parameters: Parameters, values: Values): Record<string, unknown> {
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'string') return value;
    return value.replaceAll(
      /\$\{(\w+)(?:(?::?=|:-)([^}]*))?\}/g,
      (_, name: string, otherwise = '') => values[name] || otherwise,
    );
  };
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { value }]) => [name, fill(value)] as const),
  );
}

/** Handed to the app by the templates themselves, once there is such mail. */
const ofMail = 'ACS_RESOURCE';

/**
 * What would fail halfway through a deployment, or leave an app behind that does not start.
 *
 * @param named - environment variables that the policy names.
 * @returns a line for each, with what mends it.
 */
export function checkChoices(
  choices: Readonly<Record<string, unknown>>,
  named: readonly string[],
): string[] {
  const listOf = (name: string) => (Array.isArray(choices[name]) ? choices[name].map(String) : []);
  const inVault = listOf('vaultSettings');
  const hasMail = Boolean(choices.mailDataLocation);
  const isFirst = /^\d{4}-(0[1-9]|1[0-2])-01$/.test(String(choices.budgetStart ?? ''));
  return [
    ...listOf('alarmEmails')
      .filter((address) => !/^[^\s@]+@[^\s@]+$/.test(address))
      .map(
        (address) =>
          `alarmEmails holds '${address}', which is no address: azd env set GLASSWATCH_ALARM_EMAIL <address>`,
      ),
    ...(choices.monthlyBudget === 0 || isFirst
      ? []
      : [
          `budgetStart is '${String(choices.budgetStart ?? '')}', and not the first of a month: azd env set GLASSWATCH_BUDGET_START <as 2026-12-01>, or monthlyBudget 0`,
        ]),
    ...inVault
      .filter((name) => !/^[A-Z][A-Z0-9_]*$/.test(name))
      .map((name) => `vaultSettings holds '${name}', which no policy can name`),
    ...named
      .filter((name) => !inVault.includes(name) && !(hasMail && name === ofMail))
      .map(
        (name) =>
          `the policy names ${name}, and nothing gives it to the app: add it to vaultSettings${name === ofMail ? ', or azd env set GLASSWATCH_MAIL_DATA_LOCATION <such as Europe>' : ''}`,
      ),
  ];
}
