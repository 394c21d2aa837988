import type { AuditEvent } from '../../read/event.ts';
import { asText, isRaw, type Raw } from '../../read/raw.ts';
import { isBrokenOff, policyJson } from './policy-json.ts';

/**
 * One setting that a row says has changed. Its path is the name of the property and the keys and ids
 * that lead to it, folded: `/authenticationmethodspolicy/authenticationmethodconfigurations/sms/state`.
 * An entry of a list ends its path and is `listed`. Undefined: it is not there.
 */
export type SettingChange = { path: string; before: Setting; after: Setting };
type Setting = string | number | boolean | undefined;

type Leaves = Map<string, Setting>;

/** A property that only names the others. */
export const namesOnly = 'included updated properties';

/** The single settings that differ, whatever JSON they stand in. */
export function changedSettings(event: AuditEvent): SettingChange[] {
  return event.targets.flatMap(({ changes }) =>
    [...changes]
      .filter(([name]) => name !== namesOnly)
      .flatMap(([name, change]) =>
        differences(`/${name}`, policyJson(change.before), policyJson(change.after)),
      ),
  );
}

function differences(name: string, before: unknown, after: unknown): SettingChange[] {
  const [was, is]: [Leaves, Leaves] = [new Map(), new Map()];
  collect(before, name, was);
  collect(after, name, is);
  // Where text broke off, what is told on one side only says nothing.
  const isPartial = isBrokenOff(before) || isBrokenOff(after);
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path))
    .filter((path) => !isPartial || (was.has(path) && is.has(path)))
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }));
}

function collect(value: unknown, path: string, leaves: Leaves): void {
  if (Array.isArray(value)) collectList(value, path, leaves);
  else if (isRaw(value)) {
    for (const [key, one] of Object.entries(value)) collect(one, `${path}/${key}`, leaves);
  } else {
    const setting = settingOf(value);
    if (setting !== undefined) leaves.set(path, setting);
  }
}

function collectList(list: readonly unknown[], path: string, leaves: Leaves): void {
  for (const one of list) {
    const setting = settingOf(one);
    if (isRaw(one)) {
      const name = nameOf(one) ?? (list.length === 1 ? undefined : JSON.stringify(one));
      collect(one, name === undefined ? path : `${path}/${name.toLowerCase()}`, leaves);
    } else if (typeof setting === 'string') {
      leaves.set(`${path}/${setting.toLowerCase()}`, 'listed');
    } else {
      // The directory writes a plain value as a list of one.
      collect(one, path, leaves);
    }
  }
}

/** What tells entries of a list apart: their place in it does not last. */
const nameOf = (entry: Raw) => asText(entry.id) ?? asText(entry.target);

function settingOf(value: unknown): Setting {
  if (typeof value === 'number') return value;
  const text = asText(value);
  return /^(true|false)$/i.test(text ?? '') ? text?.toLowerCase() === 'true' : text;
}

/** Whether a setting, however it is written, says "on". */
export const saysOn = (setting: Setting) =>
  setting === true || setting === 1 || /^enabled$/i.test(String(setting));

export const saysOff = (setting: Setting) =>
  setting === false || setting === 0 || /^disabled$/i.test(String(setting));
