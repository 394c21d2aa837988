import { cleanLine } from '../../clean-text.ts';
import type { AuditEvent } from '../../read/event.ts';
import { isRaw, maxText, unwrapJson } from '../../read/raw.ts';
import { hoursIn } from './hours-in.ts';

/**
 * How a change of PIM's settings weighs. `weakened`: whoever activates a role is asked for less, or keeps
 * it for longer. `eased`: fewer people hear of it, or eligibility lasts for longer. `other`: anything
 * else, such as being asked for more.
 */
export type Weight = 'weakened' | 'eased' | 'other';
type Change = { words: string; weight: Weight };

/** What a row says was changed: in the words of its reason, or by the values before and after. */
export function settingChanges({ reason, targets }: AuditEvent): Record<Weight, string[]> {
  const compared = targets.flatMap(({ changes }) =>
    [...changes].flatMap(([name, { before, after }]) => comparedChanges(name, before, after)),
  );
  const all = [...saidChanges(reason ?? ''), ...compared];
  const isReplaced = all.some(({ words }) => asksContext.test(words));
  const found: Record<Weight, string[]> = { weakened: [], eased: [], other: [] };
  for (const { words, weight } of all) {
    // One of the two is asked for on activation. Whether the context asks for anything, no row says.
    const isSwap = isReplaced && weight === 'weakened' && mfaOnActivation.test(words);
    found[isSwap ? 'eased' : weight].push(words);
  }
  return found;
}

const asksContext = /(authentication context|acrs).*\benabled\b/i;
const mfaOnActivation = /\b(mfa|multi-?factor authentication) on activation\b/i;

const control =
  /mfa|multi-?factor|authentication ?context|acrs|approval|justification|ticket|expir/;
const telling = /notification|recipient/;
const duration = /duration|grant ?period/;

function weigh(what: string, change: 'off' | 'on' | 'longer' | undefined): Weight {
  if (telling.test(what)) return change === 'off' ? 'eased' : 'other';
  const isLoosened =
    (change === 'off' && control.test(what)) ||
    (change === 'on' && /permanent/.test(what)) ||
    (change === 'longer' && duration.test(what));
  if (!isLoosened) return 'other';
  return /eligib/.test(what) ? 'eased' : 'weakened';
}

/** The words tell a duration without the one before; this is what PIM begins with. */
const usualHours = 8;

/** `Setting changes in this session: MFA on activation requirement disabled. Approval enabled …` */
function saidChanges(reason: string): Change[] {
  const sentences = reason
    .replace(/^\s*setting changes in this session:/i, '')
    .split(/\.(?=\s|$)|[;\n]/)
    .map((sentence) => cleanLine(sentence, 120))
    .filter(Boolean);
  const told = sentences.map((words) => ({ words, weight: weighSentence(words.toLowerCase()) }));
  // A long list of approvers may push what matters out of sight.
  return reason.length < maxText ? told : [...told, { words: 'and more', weight: 'eased' }];
}

const says = {
  off: /\b(disabled|removed|off|(not|no longer) (required|allowed)|to (false|none))\b/,
  on: /\b(enabled|allowed|to true)\b/,
  longer: /\b(increased|extended)\b/,
};

function weighSentence(sentence: string): Weight {
  // Saved with every change, filled in or not.
  if (sentence.startsWith('customextension')) return 'other';
  // Behind it stand names, which may be any words.
  const what = sentence.replace(/\bwith approvers\b.*/, '');
  if (says.off.test(what)) return weigh(what, 'off');
  if (says.on.test(what)) return weigh(what, 'on');
  return weigh(what, isLonger(what) ? 'longer' : undefined);
}

function isLonger(sentence: string): boolean {
  const [, from, to] = /\bfrom\b(.*)\bto\b(.*)/.exec(sentence) ?? [];
  if (from && to) return isMore(to, from);
  const hours = /activation/.test(sentence) ? hoursIn(sentence) : undefined;
  return says.longer.test(sentence) || (hours !== undefined && hours > usualHours);
}

function comparedChanges(name: string, before: unknown, after: unknown): Change[] {
  // Without one side there is nothing to compare: PIM writes ids so.
  if (!isTold(before) || !isTold(after)) return [];
  const [was, now] = [leaves(before, name), leaves(after, name)];
  const paths = [...new Set([...was.keys(), ...now.keys()])];
  return paths
    .filter((path) => was.get(path) !== now.get(path))
    .map((path) => {
      const [old, fresh] = [was.get(path), now.get(path)];
      const words = cleanLine(`${path}: ${old ?? 'none'} > ${fresh ?? 'none'}`, 120);
      return { words, weight: weigh(path.toLowerCase(), direction(old, fresh)) };
    });
}

function isTold(value: unknown): boolean {
  const inner = unwrapJson(value);
  return isRaw(inner) || Array.isArray(inner) || cleanLine(inner) !== '';
}

function direction(old: string | undefined, fresh: string | undefined) {
  if (isOn(old) && !isOn(fresh)) return 'off';
  if (!isOn(old) && isOn(fresh)) return 'on';
  return isMore(fresh ?? '', old ?? '') ? 'longer' : undefined;
}

function isMore(one: string, other: string): boolean {
  const [more, less] = [hoursIn(one), hoursIn(other)];
  return more !== undefined && less !== undefined && more > less;
}

const listed = 'listed';
const isOn = (value: string | undefined) => value === listed || /^true$/i.test(value ?? '');

const maxDepth = 8;
const mostLeaves = 500;

/** The plain values within a value by their path, and what is in its lists; inner JSON text included. */
function leaves(value: unknown, path: string, found = new Map<string, string>(), depth = 0) {
  const inner = unwrapJson(value);
  if (depth > maxDepth || found.size > mostLeaves) return found;
  if (Array.isArray(inner)) {
    for (const one of inner) {
      if (isRaw(one)) leaves(one, `${path} ${nameIn(one)}`, found, depth + 1);
      else if (cleanLine(one) !== '') found.set(`${path} ${cleanLine(one)}`, listed);
    }
  } else if (isRaw(inner)) {
    for (const [key, one] of Object.entries(inner)) leaves(one, `${path} ${key}`, found, depth + 1);
  } else if (cleanLine(inner) !== '') found.set(path, cleanLine(inner));
  return found;
}

/** Rules stand in lists, each with its name. */
function nameIn(rule: Readonly<Record<string, unknown>>): string {
  const key = Object.keys(rule).find((one) => /^(id|ruleidentifier)$/i.test(one));
  return cleanLine(key && rule[key]);
}
