import { text } from 'node:stream/consumers';
import type * as z from 'zod';
import type { Finding } from '../shared/finding.ts';
import { findingSchema } from '../shared/forward/finding-schema.ts';
import { describeFound, formatPath, listOf, oneLine } from '../shared/policy/problem.ts';
import { parseTime } from '../shared/time.ts';
import { ProblemError } from './command.ts';
import { bytesOf, type InputFile } from './input-files.ts';
import { whyUnreadable } from './policy-file.ts';

const allowed = 'a finding as `glasswatch replay` prints it, one a line';
const mostProblems = 20;

/**
 * The findings of a file: a single one in JSON however it is laid out, a list of them, or one a line.
 *
 * @throws {ProblemError} with a line for each thing that is wrong: file, place, found, allowed.
 */
export async function readFindings(file: InputFile): Promise<Finding[]> {
  const content = await contentOf(file);
  const whole = parseJson(content);
  const findings: Finding[] = [];
  const problems: string[] = [];
  for (const { place, value } of whole === undefined ? linesOf(content) : itemsOf(whole)) {
    const parsed = findingSchema.safeParse(value);
    if (parsed.success && parseTime(parsed.data.time) !== undefined) findings.push(parsed.data);
    else if (parsed.success) problems.push(timeProblem(parsed.data, place));
    else if (value === undefined) problems.push(`${place}: found no JSON; allowed: ${allowed}`);
    else problems.push(...parsed.error.issues.map((issue) => problemOf(issue, place, value)));
  }
  if (problems.length === 0 && findings.length === 0)
    problems.push(`1: found nothing; allowed: ${allowed}`);
  const more = problems.length - mostProblems;
  const shown = problems.slice(0, mostProblems).map((one) => oneLine(`${file.name}:${one}`));
  if (more > 0) shown.push(`${file.name}: … and ${more} more`);
  if (problems.length > 0) throw new ProblemError(shown);
  return findings;
}

async function contentOf(file: InputFile): Promise<string> {
  try {
    return await text(bytesOf(file));
  } catch (error) {
    throw new ProblemError([`${file.name}: ${whyUnreadable(error)}`]);
  }
}

type Item = { place: string; value: unknown };

const itemsOf = (whole: unknown): Item[] =>
  Array.isArray(whole)
    ? whole.map((value, index) => ({ place: `[${index}]`, value }))
    : [{ place: '1', value: whole }];

const linesOf = (content: string): Item[] =>
  content
    .split('\n')
    .map((line, index) => ({ line: line.trim(), place: String(index + 1) }))
    .filter(({ line }) => line !== '')
    .map(({ line, place }) => ({ place, value: parseJson(line) }));

/** Undefined: it is none. */
function parseJson(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return undefined;
  }
}

function problemOf(issue: z.core.$ZodIssue, place: string, value: unknown): string {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const key = path.length === 0 ? '(finding)' : formatPath(path);
  const found = describeFound(valueAt(value, path), path);
  return `${place} ${key}: found ${found}; allowed: ${allowedBy(issue)}`;
}

const timeProblem = ({ time }: Finding, place: string): string =>
  `${place} time: found ${describeFound(time, ['time'])}; allowed: UTC ISO 8601, e.g. 2026-11-20T08:00:00Z`;

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let here = value;
  for (const part of path) here = (here as Record<string | number, unknown> | null)?.[part];
  return here;
}

const kindsInWords = new Map<string, string>([
  ['object', 'a map'],
  ['record', 'a map'],
  ['array', 'a list'],
  ['string', 'a text'],
]);

function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return listOf(issue.values.map(String));
  if (issue.code === 'invalid_type') {
    return kindsInWords.get(issue.expected) ?? `a ${issue.expected}`;
  }
  return issue.message;
}
