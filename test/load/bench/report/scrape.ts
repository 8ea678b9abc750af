const MOST_LINES = 400;

/** What `/metrics` has told as a text that people can read: without the buckets of histograms where there are so many that they hide the rest. */
export function readableScrape(scrape: string, about: string): string {
  const lines = scrape.trimEnd().split('\n');
  const shown = lines.length <= MOST_LINES ? lines : lines.filter((line) => !isBucket(line));
  const left = lines.length - shown.length;
  const note = left === 0 ? [] : [`# ${left} lines of buckets of histograms (_bucket) are left out here.`];
  return [`# ${about}`, ...note, ...shown, ''].join('\n');
}

function isBucket(line: string): boolean {
  return /^\w+_bucket\{/u.test(line);
}
