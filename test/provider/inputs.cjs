const { mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

require("./typescript.cjs");
// What the tests' helpers expect of jest.
globalThis.afterAll = () => undefined;

const { everything } = require("../unit/everything.ts");
const { registeredTypes } = require("../unit/registered.ts");

const signature = "4dabf18193072939515e22adb298388d";
const asset = "c44067f5952c0a294b673a41bacd8c17";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** All inputs that the components register, with their types: a program with all components, in development and production. */
exports.registeredInputs = async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-fuzz-"));
    try {
        writeFileSync(join(folder, "main.py"), "def answer(request):\n    return 'range'\n");
        const made = [];
        for (const kind of ["development", "production"]) {
            made.push(...(await registeredTypes(() => everything(folder), { kind })));
        }
        const found = new Map();
        for (const { type, inputs } of made.filter(({ type }) => type.startsWith("gcp:"))) {
            const wire = asWire(inputs);
            found.set(`${type} ${JSON.stringify(wire)}`, { type, inputs: wire });
        }
        return [...found.values()];
    } finally {
        rmSync(folder, { recursive: true });
    }
};

/** The inputs as the engine sends them: without secrets, with a text in place of each file. */
function asWire(value) {
    if (value === "(unknown)") {
        return unknown;
    }
    if (Array.isArray(value)) {
        return value.map(asWire);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const keys = Object.keys(value);
    if (keys.length === 1 && keys[0] === "secret") {
        return asWire(value.secret);
    }
    if (keys.length === 1 && keys[0] === "file") {
        const hash = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
        return { [signature]: asset, hash, text: "foo" };
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asWire(item)]));
}
