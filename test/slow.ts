/** For tests that deploy, build or install: minutes, where jest waits for seconds. */
jest.setTimeout(600_000);
