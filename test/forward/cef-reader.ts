import { expect } from 'vitest';

/** As a receiver reads a line. Throws where it would have to guess. */
export function parseCef(line: string) {
  const header: string[] = [''];
  let at = 'CEF:0|'.length;
  expect(line.slice(0, at)).toBe('CEF:0|');
  while (header.length <= 6) {
    const [token = ''] = /^(?:\||\\[\\|]|[^|\\]+)/.exec(line.slice(at)) ?? [];
    expect(token, 'a header field goes on or ends').not.toBe('');
    at += token.length;
    if (token === '|') header.push('');
    else header.push(header.pop() + token.replace(/^\\/, ''));
  }
  expect(header.pop()).toBe('');
  return { header, extension: extensionOf(line.slice(at)) };
}

function extensionOf(text: string) {
  const extension: Record<string, string> = {};
  // A key stands first or behind a blank; the equals sign of a value has a backslash.
  const starts = [...text.matchAll(/(?:^| )([A-Za-z0-9_]+)=/g)];
  for (const [index, start] of starts.entries()) {
    const [whole, key = ''] = start;
    const raw = text.slice(start.index + whole.length, starts[index + 1]?.index);
    expect(raw, 'every special character escaped').toMatch(/^(?:[^\\=]|\\[\\=nr])*$/);
    expect(extension, 'no field twice').not.toHaveProperty(key);
    extension[key] = raw.replace(/\\([\\=nr])/g, (_, char: string) =>
      char === 'n' ? '\n' : char === 'r' ? '\r' : char,
    );
  }
  return extension;
}
