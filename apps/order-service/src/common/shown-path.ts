const TOKEN_IN_PATH = /\/track\/[^/]+/iu;

/** A path as problems and logs may hold it: the token in it lets whoever has it look at an order. */
export function shownPath(path: string): string {
  return path.replace(TOKEN_IN_PATH, '/track/{token}');
}
