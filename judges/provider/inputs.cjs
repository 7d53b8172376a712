require("./typescript.cjs");
// What the tests' helpers expect of jest.
globalThis.afterAll = (run) => process.on("exit", run);

/** All inputs that the components register, with their types: see `test/unit/registeredInputs.ts`. */
exports.registeredInputs = require("../../test/unit/registeredInputs.ts").registeredInputs;
