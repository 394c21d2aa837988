import { assign } from './assign.ts';
import { bodyOf, versionsOf } from './azure-types.ts';
import type { BicepFile, Module, Resource } from './bicep-file.ts';
import { type Context, moduleFile, namesOf, quiet } from './context.ts';
import { at, type Expression, literalOf } from './expression.ts';
import { decorators } from './functions.ts';
import type { Problem } from './problem.ts';
import type { Project } from './project.ts';
import { expressionsOf } from './resources.ts';
import { fits, kindText, type Shape, shapeOfDeclared } from './shape.ts';
import { inLoop, shapeOf, shapeOfParameter } from './shape-of.ts';

/** What the compiler of Bicep would say, as far as this checker goes. */
export function typeProblems(project: Project): Problem[] {
  return [...project.files.values()].flatMap((file) => problemsOf(file, project));
}

function problemsOf(file: BicepFile, project: Project): Problem[] {
  const problems: Problem[] = file.unread.map(({ line, what }) => ({
    file: file.path,
    line,
    rule: 'syntax',
    what,
  }));
  if (problems.length > 0) return problems;
  const report: Context['report'] = (problem) => problems.push({ file: file.path, ...problem });
  const context: Context = { project, file, locals: new Map(), report };
  checkNames(context);
  for (const { value } of file.variables) shapeOf(value, context);
  checkParameters(context);
  for (const resource of file.resources) checkResource(resource, context);
  for (const module of file.modules) checkModule(module, context);
  for (const { name, type, value, line } of file.outputs) {
    const declared = shapeOfDeclared(type);
    const given = shapeOf(value, context);
    if (!declared) report({ line, rule: 'wrong-type', what: `${name} is declared as ${type}` });
    else if (!fits(given, declared)) {
      const what = `the output ${name} is ${kindText(given)}`;
      report({ line, rule: 'wrong-type', what, allowed: type });
    }
  }
  return problems;
}

function checkNames({ file, report }: Context): void {
  const used = new Set<string>();
  for (const one of expressionsOf(file)) if (one.is === 'name') used.add(one.name);
  const seen = new Set<string>();
  const { parameters, variables, resources, modules } = file;
  for (const { name, line } of [...parameters, ...variables, ...resources, ...modules]) {
    if (seen.has(name)) report({ line, rule: 'unknown-name', what: `${name} is declared twice` });
    seen.add(name);
  }
  const existing = resources.filter(({ isExisting }) => isExisting);
  for (const { name, line } of [...parameters, ...variables, ...existing]) {
    if (!used.has(name)) report({ line, rule: 'unused', what: `nothing uses ${name}` });
  }
}

function checkParameters(context: Context): void {
  for (const parameter of context.file.parameters) {
    const { name, type, preset, line } = parameter;
    if (!shapeOfDeclared(type)) {
      context.report({ line, rule: 'wrong-type', what: `${name} is declared as ${type}` });
    }
    for (const decorator of parameter.decorators) {
      if (decorators.includes(decorator.name)) continue;
      const allowed = decorators.join(', ');
      const what = `the checker knows no @${decorator.name}()`;
      context.report({ line, rule: 'unknown-function', what, allowed });
    }
    if (preset) checkGiven(preset, parameter, `the default of ${name}`, context);
  }
}

/** Whether a value is one that the parameter takes. */
function checkGiven(
  value: Expression,
  parameter: BicepFile['parameters'][number],
  what: string,
  context: Context,
): void {
  const wanted = shapeOfParameter(parameter);
  const given = shapeOf(value, context);
  const { line } = value;
  if (!fits(given, wanted)) {
    context.report({
      line,
      rule: 'wrong-type',
      what: `${what} is ${kindText(given)}`,
      allowed: parameter.type,
    });
    return;
  }
  const allowed: readonly unknown[] | undefined =
    wanted.is === 'text' || wanted.is === 'number' ? wanted.values : undefined;
  const wrong = valuesOf(given).filter((one) => allowed && !allowed.includes(one));
  if (wrong.length > 0) {
    const told = `${what} may be ${wrong.join(' or ')}`;
    context.report({ line, rule: 'unknown-value', what: told, allowed: allowed?.join(', ') ?? '' });
  }
  const literal = literalOf(value);
  if (literal === undefined) {
    checkBounds(value, parameter, what, context);
    return;
  }
  for (const { name, values } of parameter.decorators) {
    const bound = literalOf(values[0]);
    if (typeof bound !== 'number') continue;
    const size = typeof literal === 'string' ? literal.length : literal;
    const isLow = name.startsWith('min') && Number(size) < bound;
    const isHigh = name.startsWith('max') && Number(size) > bound;
    if (!isLow && !isHigh) continue;
    const told = `${what} is ${JSON.stringify(literal)}`;
    context.report({ line, rule: 'unknown-value', what: told, allowed: `${name} ${bound}` });
  }
}

const bounds = ['minValue', 'maxValue', 'minLength', 'maxLength'];

/** A parameter that is handed on: what it may be, the other has to take too. */
function checkBounds(
  value: Expression,
  { decorators }: BicepFile['parameters'][number],
  what: string,
  context: Context,
): void {
  const named = value.is === 'name' ? namesOf(context.file).get(value.name) : undefined;
  if (named?.of !== 'parameter') return;
  for (const bound of bounds) {
    const [own, wanted] = [named.declared.decorators, decorators].map((all) =>
      literalOf(all.find(({ name }) => name === bound)?.values[0]),
    );
    if (typeof own !== 'number' || typeof wanted !== 'number') continue;
    if (bound.startsWith('min') ? own >= wanted : own <= wanted) continue;
    const told = `${what} may be ${bound} ${own}`;
    const allowed = `${bound} ${wanted}`;
    context.report({ line: value.line, rule: 'unknown-value', what: told, allowed });
  }
}

function valuesOf(shape: Shape): unknown[] {
  if (shape.is === 'either') return shape.shapes.flatMap(valuesOf);
  return shape.is === 'text' || shape.is === 'number' ? [...(shape.values ?? [])] : [];
}

/** Properties of a resource that Azure never sees. */
const ofBicep = new Set(['parent', 'scope', 'dependsOn']);

function checkResource(resource: Resource, context: Context): void {
  const { type, version, line, body, isExisting } = resource;
  shapeOf(body, context);
  const place = bodyOf(type, version);
  if (place === undefined) {
    const versions = versionsOf(type);
    const what = `no data of ${type}@${version}`;
    const allowed = versions.length > 0 ? versions.join(', ') : 'what cut-types.ts has cut out';
    context.report({ line, rule: 'unknown-type', what, allowed });
    return;
  }
  let inner = context;
  let object = body;
  while (object.is === 'loop' || object.is === 'condition') {
    if (object.is === 'loop') inner = inLoop(inner, object);
    object = object.body;
  }
  if (!isExisting) assign(object, place, resource.name, inner, ofBicep);
  else if (!at(object, 'name')) {
    context.report({ line, rule: 'missing-property', what: `${resource.name} needs name` });
  }
  checkParent(resource, object, context);
}

/** A child stands under its parent by `parent`, and not by slashes in its name. */
function checkParent({ type, line, name }: Resource, object: Expression, context: Context): void {
  const parent = at(object, 'parent');
  const above = type.split('/').slice(0, -1).join('/');
  if (!above.includes('/')) {
    if (parent) context.report({ line, rule: 'parent', what: `${name} can have no parent` });
    return;
  }
  const of = parent?.is === 'item' ? parent.of : parent;
  const named = of?.is === 'name' ? namesOf(context.file).get(of.name) : undefined;
  if (named?.of === 'resource' && named.declared.type.toLowerCase() === above.toLowerCase()) return;
  context.report({
    line,
    rule: 'parent',
    what: `${name} has no parent of its kind`,
    allowed: above,
  });
}

const moduleProperties = ['name', 'scope', 'params', 'dependsOn'];

function checkModule(module: Module, context: Context): void {
  const { name, line, path, body } = module;
  shapeOf(body, context);
  const target = moduleFile(context, module);
  if (!target) {
    context.report({ line, rule: 'unknown-name', what: `there is no ${path}` });
    return;
  }
  const object = body.is === 'condition' ? body.body : body;
  for (const property of object.is === 'object' ? object.properties : []) {
    if (moduleProperties.includes(String(property.name))) continue;
    const what = `a module has no ${String(property.name)}`;
    const allowed = moduleProperties.join(', ');
    context.report({ line: property.line, rule: 'unknown-property', what, allowed });
  }
  if (target.scope !== context.file.scope && !at(object, 'scope')) {
    context.report({
      line,
      rule: 'missing-property',
      what: `${name} needs scope`,
      allowed: target.scope,
    });
  }
  const params = at(object, 'params');
  const given = params?.is === 'object' ? params.properties : [];
  for (const one of given) {
    const parameter = target.parameters.find((declared) => declared.name === one.name);
    if (parameter) {
      checkGiven(one.value, parameter, `${parameter.name} of ${name}`, quietNames(context));
      continue;
    }
    const what = `${path} has no parameter ${String(one.name)}`;
    const allowed = target.parameters.map((declared) => declared.name).join(', ');
    context.report({ line: one.line, rule: 'unknown-property', what, allowed });
  }
  for (const parameter of target.parameters) {
    if (parameter.preset || given.some((one) => one.name === parameter.name)) continue;
    context.report({ line, rule: 'missing-property', what: `${name} needs ${parameter.name}` });
  }
}

const ofValues = new Set(['wrong-type', 'unknown-value']);

/** Names within have been looked at before: only whether the values fit is still to say. */
function quietNames(context: Context): Context {
  const { report } = context;
  return {
    ...quiet(context),
    report: (problem) => {
      if (ofValues.has(problem.rule)) report(problem);
    },
  };
}
