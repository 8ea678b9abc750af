import { kustomizeMajor } from './kustomize.js';

describe('the version of kustomize', () => {
  it.each([
    ['{"clientVersion": {"major": "1", "gitVersion": "v1.34.5"},\n "kustomizeVersion": "v5.7.1"}', 5],
    ['{"clientVersion": {"major": "1", "gitVersion": "v1.21.0"}}', 0],
    ['v5.6.0', 5],
    ['{Version:kustomize/v4.5.7 GitCommit:56d82a8 BuildDate:2022-08-02T16:35:54Z GoOs:linux GoArch:amd64}', 4],
    ['command not found', 0],
    ['', 0],
  ])('of %j is %d', (output, major) => {
    expect(kustomizeMajor(output)).toBe(major);
  });
});
