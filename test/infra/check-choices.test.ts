import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkChoices, choicesOf } from '../../infra/check-choices.ts';

const file = new URL('../../infra/main.parameters.json', import.meta.url);
const { parameters } = JSON.parse(readFileSync(file, 'utf8'));
const values = {
  GLASSWATCH_ALARM_EMAIL: 'soc@contoso.example',
  GLASSWATCH_BUDGET_START: '2026-12-01',
};

test('the parameters are filled in from the environment, or with what they have for nothing', () => {
  const choices = choicesOf(parameters, { ...values, GLASSWATCH_MAIL_DATA_LOCATION: 'Europe' });
  expect(choices.alarmEmails).toEqual(['soc@contoso.example']);
  expect(choices.mailDataLocation).toBe('Europe');
  expect(choices.consoleClientId).toBe('');
  expect(choices.monthlyBudget).toBe(200);
  // The three spellings that azd takes, by its library.
  for (const otherwise of ['=', ':=', ':-']) {
    const location = { value: `$\{A${otherwise}north}-$\{B${otherwise}south}` };
    expect(choicesOf({ location }, { A: '', B: 'x' })).toEqual({ location: 'north-x' });
  }
});

describe('what can not work', () => {
  const usual = { ...choicesOf(parameters, values), vaultSettings: ['TEAMS_WEBHOOK_URL'] };

  test('is nothing where all was chosen', () => {
    expect(checkChoices(usual, ['TEAMS_WEBHOOK_URL'])).toEqual([]);
    expect(checkChoices({ ...usual, monthlyBudget: 0, budgetStart: '' }, [])).toEqual([]);
    expect(checkChoices({ ...usual, mailDataLocation: 'Europe' }, ['ACS_RESOURCE'])).toEqual([]);
  });

  test.each([
    [{ alarmEmails: [''] }, [], "alarmEmails holds '', which is no address"],
    [{ alarmEmails: ['a@b.example', 'soc'] }, [], "alarmEmails holds 'soc'"],
    [{ budgetStart: '' }, [], 'azd env set GLASSWATCH_BUDGET_START'],
    [
      { budgetStart: '2026-12-15' },
      [],
      "budgetStart is '2026-12-15', and not the first of a month",
    ],
    [
      { vaultSettings: ["X'); bad"] },
      [],
      "vaultSettings holds 'X'); bad', which no policy can name",
    ],
    [{}, ['SMTP_URL'], 'the policy names SMTP_URL, and nothing gives it to the app'],
    [{}, ['ACS_RESOURCE'], 'azd env set GLASSWATCH_MAIL_DATA_LOCATION'],
  ])('%j with %j in the policy', (choices, named, says) => {
    const [problem, more] = checkChoices({ ...usual, ...choices }, named);
    expect(problem).toContain(says);
    expect(more).toBeUndefined();
  });
});
