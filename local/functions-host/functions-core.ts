import { globSync, readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  CoreLog,
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  ProgrammingModel,
  RegisteredFunction,
} from './core-types.ts';

/** What the files of an app registered when they were loaded. */
export interface FunctionApp {
  root: string;
  functions: Map<string, RegisteredFunction>;
  hooks: Map<string, HookCallback[]>;
  model: ProgrammingModel;
  capabilities: Record<string, string>;
}

type Registry = Pick<FunctionApp, 'functions' | 'hooks'>;

const apps = new Map<string, Promise<FunctionApp>>();
let registry: Registry | undefined;
let model: ProgrammingModel | undefined;
let sendLog: CoreLog = () => {};

/** Where lines go that belong to no invocation. */
export function setCoreLog(log: CoreLog): void {
  sendLog = log;
}

/**
 * The module that the real worker supplies and that is on no registry: `@azure/functions` requires it
 * at the first `app.*` call, and without it registers nothing.
 */
const functionsCore = {
  version: '3.11.0',
  hostVersion: '4.1037.0',
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
    const { functions } = openRegistry();
    if (functions.has(metadata.name)) throw new Error(`Duplicate function "${metadata.name}".`);
    functions.set(metadata.name, { metadata, callback });
    return new functionsCore.Disposable(() => functions.delete(metadata.name));
  },
  registerHook(name: string, callback: HookCallback) {
    const { hooks } = openRegistry();
    const callbacks = hooks.get(name) ?? [];
    hooks.set(name, callbacks);
    callbacks.push(callback);
    return new functionsCore.Disposable(() => callbacks.splice(callbacks.indexOf(callback), 1));
  },
  setProgrammingModel(value: ProgrammingModel) {
    model = value;
  },
  getProgrammingModel: () => model,
  log: (level: string, category: string, message: string) => sendLog(level, category, message),
  Disposable: class {
    readonly dispose: () => unknown;
    constructor(dispose: () => unknown) {
      this.dispose = dispose;
    }
  },
};

function openRegistry(): Registry {
  if (registry === undefined) {
    throw new Error('Functions and hooks can only be registered while the app loads.');
  }
  return registry;
}

/**
 * Loads the files that `main` in the app's package.json names, as `func start` would.
 *
 * A process loads an app once: the second call answers with what the first one found.
 *
 * @throws When no file matches, a file throws, a name occurs twice or nothing is registered.
 */
export function loadApp(root: string): Promise<FunctionApp> {
  const loading = apps.get(root) ?? load(root);
  apps.set(root, loading);
  return loading;
}

async function load(root: string): Promise<FunctionApp> {
  supplyFunctionsCore();
  const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = typeof main === 'string' ? globSync(main, { cwd: root }).sort() : [];
  if (files.length === 0) throw new Error(`No file matches "main": "${main}" in ${root}.`);

  const found: Registry = { functions: new Map(), hooks: new Map() };
  if (registry !== undefined) throw new Error('Another app is being loaded in this process.');
  registry = found;
  try {
    for (const file of files) await import(pathToFileURL(join(root, file)).href);
  } finally {
    registry = undefined;
  }
  if (model === undefined || found.functions.size === 0) {
    throw new Error(`No function is registered by ${files.join(', ')} in ${root}.`);
  }
  const capabilities = await model.getCapabilities({});
  return { root, ...found, model, capabilities };
}

let isSupplied = false;

function supplyFunctionsCore(): void {
  if (isSupplied) return;
  isSupplied = true;
  const modules = Module.prototype as unknown as { require(id: string): unknown };
  const original = modules.require;
  // The worker does just this; there is no file on disk that a resolver could point at.
  modules.require = function (this: unknown, id: string) {
    return id === '@azure/functions-core' ? functionsCore : original.call(this, id);
  };
}
