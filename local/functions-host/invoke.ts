import { randomUUID } from 'node:crypto';
import type {
  FunctionMetadata,
  InvocationRequest,
  InvocationResponse,
  RegisteredFunction,
  RetryContext,
  TypedData,
} from './core-types.ts';
import type { FunctionApp } from './functions-core.ts';

/** One line, already formatted. */
export type Log = (line: string) => void;

/** What a trigger has for one run of its function. */
export interface TriggerInput {
  data: TypedData;
  metadata?: Record<string, TypedData>;
  retryContext?: RetryContext | undefined;
}

/** Runs a function once; rejects with what the function threw. */
export type Invoke = (input: TriggerInput) => Promise<InvocationResponse>;

/** The binding that starts a function. */
export function triggerOf({
  name: functionName,
  bindings,
}: FunctionMetadata): [name: string, type: string] {
  for (const [name, { type }] of Object.entries(bindings)) {
    if (/trigger$/i.test(type)) return [name, type];
  }
  throw new Error(`Function "${functionName}" has no trigger.`);
}

/** Prepares the runs of one function through the official library's converters and hooks. */
export function prepareInvoke(app: FunctionApp, fn: RegisteredFunction, log: Log): Invoke {
  const { metadata } = fn;
  const [triggerName] = triggerOf(metadata);

  return async (input) => {
    const invocationId = randomUUID();
    const request: InvocationRequest = {
      invocationId,
      inputData: [{ name: triggerName, data: input.data }],
      triggerMetadata: input.metadata ?? {},
      retryContext: input.retryContext,
    };
    const core = {
      invocationId,
      metadata,
      request,
      state: undefined as string | undefined,
      log: (level: string, _category: string, text: string) =>
        log(`[${metadata.name}] ${level}: ${text}`),
    };
    const invocation = app.model.getInvocationModel(core);
    const { context: invocationContext, inputs } = await invocation.getArguments();

    const hookData = {};
    core.state = 'preInvocationHooks';
    const before = { inputs, functionCallback: fn.callback, hookData, invocationContext };
    await runHooks(app, 'preInvocation', before);

    core.state = 'invocation';
    const after: { result?: unknown; error?: unknown } & Record<string, unknown> = {
      inputs: before.inputs,
      hookData,
      invocationContext,
    };
    try {
      const { inputs: given, functionCallback } = before;
      after.result = await invocation.invokeFunction(invocationContext, given, functionCallback);
    } catch (error) {
      // A hook tells success from failure by this key, and `throw undefined` is a failure too.
      after.error = error ?? new Error(`Function "${metadata.name}" threw ${error}.`);
    }

    core.state = 'postInvocationHooks';
    // A hook may clear the error, which turns the failure into a success.
    await runHooks(app, 'postInvocation', after);
    if (after.error !== undefined && after.error !== null) throw after.error;
    return invocation.getResponse(invocationContext, after.result);
  };
}

/** Runs the hooks that the app registered under the name, one after the other. */
export async function runHooks(
  app: FunctionApp,
  name: 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation',
  context: Record<string, unknown>,
): Promise<void> {
  for (const hook of app.hooks.get(name) ?? []) await hook(context);
}

/** A failure as one log line: the stack when there is one. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
