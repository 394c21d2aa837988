import { fileURLToPath } from 'node:url';
import { Language, Parser } from 'web-tree-sitter';

let opened: Promise<Parser> | undefined;

/** The parser for Bicep, out of the installed packages: nothing is fetched. */
export function bicepParser(): Promise<Parser> {
  opened ??= open();
  return opened;
}

async function open(): Promise<Parser> {
  await Parser.init();
  const wasm = import.meta.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(fileURLToPath(wasm)));
  return parser;
}
