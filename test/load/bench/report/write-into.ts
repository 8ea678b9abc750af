import { readFile, writeFile } from 'node:fs/promises';

/** Puts a text between the markers of this name in a document, and leaves the rest as people wrote it. */
export async function writeInto(file: string, name: string, text: string): Promise<void> {
  await writeFile(file, between(await readFile(file, 'utf8'), name, text));
}

/** @throws Error when the document lacks the markers */
export function between(document: string, name: string, text: string): string {
  const begin = `<!-- ${name}: begin -->`;
  const end = `<!-- ${name}: end -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the document has no markers "${begin}" and "${end}"`);
  return `${document.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${document.slice(to)}`;
}
