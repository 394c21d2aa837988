import type * as z from 'zod';
import { sinks } from '../../shared/forward/sinks/index.ts';
import { channels } from '../../shared/tell/channels/index.ts';
import type { Question } from './question.ts';

type Problem = Question['problem'];

/** By a rule of the policy itself, in its words. @param written - how the answer would stand there. */
export const fits =
  (rule: z.ZodType, written: (answer: string) => unknown = (answer) => answer): Problem =>
  (answer) =>
    rule.safeParse(written(answer)).error?.issues[0]?.message;

export const oneOfThese =
  (allowed: readonly string[]): Problem =>
  (answer) =>
    allowed.includes(answer) ? undefined : allowed.join(', ');

export const orNone =
  (problem: Problem, none: string): Problem =>
  (answer, answers) => {
    if (answer === none) return undefined;
    const allowed = problem(answer, answers);
    return allowed && `${allowed}; or ${none}`;
  };

/** What the policy asks of a channel, or of a SIEM, under that key. */
export const channelRule = (type: string, key: string) => ruleOf(channels, type, key);
export const sinkRule = (type: string, key: string) => ruleOf(sinks, type, key);

function ruleOf(
  kinds: readonly { type: string; settings: z.ZodObject }[],
  type: string,
  key: string,
): z.ZodType {
  const rule = kinds.find((kind) => kind.type === type)?.settings.shape[key];
  if (!rule) throw new Error(`${type} has no ${key}`);
  return rule as z.ZodType;
}

const variableAllowed =
  'the name of an environment variable alone, in capitals, such as SMTP_URL: secrets are never in the policy';
/** Nobody names a variable like that: somebody has pasted a key. */
const keyLike = /^(?=.*\d)[A-Z0-9]{20,}$/i;

/** The name of a variable, where the policy wants a secret. */
export const variableFor =
  (rule: z.ZodType): Problem =>
  (answer) =>
    rule.safeParse({ env: answer }).success && !keyLike.test(answer) ? undefined : variableAllowed;

export const inSmallLetters = (answer: string) => answer.toLowerCase();

export const yesOrNo = (answer: string) =>
  ['yes', 'no'].find((word) => answer !== '' && word.startsWith(answer.toLowerCase())) ?? answer;
