import type { FunctionMetadata } from './core-types.ts';
import { resolveSettings } from './host-settings.ts';
import { triggerOf } from './invoke.ts';

/** The options of a function's trigger, with every `%SETTING%` replaced. */
export interface TriggerBinding {
  /** In lower case. */
  type: string;
  text(option: string): string | undefined;
  /** @throws When the option is missing. */
  need(option: string): string;
  list(option: string): string[] | undefined;
}

/**
 * Reads the trigger of a function.
 *
 * @throws When a setting is missing, or the function writes to an output that is not supported here.
 */
export function readTriggerBinding(
  metadata: FunctionMetadata,
  settings: Readonly<Record<string, string>>,
): TriggerBinding {
  const { name, bindings } = metadata;
  for (const { type, direction } of Object.values(bindings)) {
    const isHttpAnswer = direction === 'out' && type.toLowerCase() === 'http';
    const isTrigger = direction === 'in' && /trigger$/i.test(type);
    if (!isHttpAnswer && !isTrigger) {
      throw new Error(
        `Function "${name}": the binding ${type} (${direction}) is not supported locally.`,
      );
    }
  }
  const [triggerName, type] = triggerOf(metadata);
  const binding = bindings[triggerName];

  const text = (option: string) => {
    const value = binding?.[option];
    return typeof value === 'string' ? resolveSettings(value, settings) : undefined;
  };
  return {
    type: type.toLowerCase(),
    text,
    need(option) {
      const value = text(option);
      if (value === undefined) throw new Error(`Function "${name}": ${type} needs "${option}".`);
      return value;
    },
    list(option) {
      const value = binding?.[option];
      return Array.isArray(value) ? value.map(String) : undefined;
    },
  };
}
