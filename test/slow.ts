/** Tests that deploy, build or install can take minutes on a busy machine. */
jest.setTimeout(600_000);
