import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

type Origin = { fileName: string; lineNumber: number };

const frame = / at (?:async )?([\w.]+) \(file:\/\/(\S+):(\d+):(\d+)\)/g;

/** The named frames of a stack with the place in the sources, by the map beside each script. */
export function sourcesOf(stack: string): string[] {
  const maps = new Map<string, SourceMap>();
  const mapOf = (script: string) => {
    const map =
      maps.get(script) ?? new SourceMap(JSON.parse(readFileSync(`${script}.map`, 'utf8')));
    maps.set(script, map);
    return map;
  };
  return [...stack.matchAll(frame)].map(([, name, script = '', line, column]) => {
    const { fileName, lineNumber } = mapOf(script).findOrigin(
      Number(line),
      Number(column),
    ) as Origin;
    return `${name} at ${fileName.replace(/^(?:\.\.\/)+/, '')}:${lineNumber}`;
  });
}
