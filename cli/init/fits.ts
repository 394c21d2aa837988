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

/** As a secret stands in a policy. */
export const asVariable = (name: string) => ({ env: name });
