import { shownPath } from './shown-path.js';

describe('a path as it is shown', () => {
  it.each([
    ['/track/eyJhbGciOi', '/track/{token}'],
    ['/track/eyJhbGciOi/events', '/track/{token}/events'],
    ['/TRACK/eyJhbGciOi/', '/track/{token}/'],
    ['/./track/eyJhbGciOi', '/./track/{token}'],
  ])('%s has no token', (path, shown) => expect(shownPath(path)).toBe(shown));

  it.each(['/track', '/track/', '/orders/1/tracking-links'])('%s stays as it is', (path) =>
    expect(shownPath(path)).toBe(path),
  );
});
