/**
 * The texts of JSON objects that follow each other, with nothing, blanks or line feeds between. What is
 * no object, or has no end, is the last text of the list, as it is: nothing behind it can be told apart.
 */
export function splitObjects(text: string): string[] {
  const objects: string[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at += 1;
    if (at >= text.length) return objects;
    const end = endOfObject(text, at);
    objects.push(text.slice(at, end));
    if (end === undefined) return objects;
    at = end;
  }
}

/** Behind its last bracket; undefined if none begins there, or it has no end. */
function endOfObject(text: string, start: number): number | undefined {
  if (text[start] !== '{') return undefined;
  let [depth, isInText] = [0, false];
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (isInText) {
      if (char === '\\') at += 1;
      else if (char === '"') isInText = false;
    } else if (char === '"') isInText = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
