import { marks, signature, unknown } from "../../local/machine/marks";
import type { Inputs } from "../../local/simulator/rules/rules";
import { everything } from "./everything";
import { answeringFolder } from "./folders";
import { registeredTypes } from "./registered";

/** What a component registers, as the engine sends it to a provider. */
export interface RegisteredInputs {
    type: string;
    inputs: Inputs;
}

/** All inputs that the components register, with their types: a program with all components, in development and production. */
export async function registeredInputs(): Promise<RegisteredInputs[]> {
    const folder = answeringFolder();
    const found = new Map<string, RegisteredInputs>();
    for (const kind of ["development", "production"] as const) {
        const made = await registeredTypes(() => everything(folder), { kind });
        for (const { type, inputs } of made.filter((each) => each.type.startsWith("gcp:"))) {
            const wire = asWire(inputs) as Inputs;
            found.set(`${type} ${JSON.stringify(wire)}`, { type, inputs: wire });
        }
    }
    return [...found.values()];
}

/** The inputs as the engine sends them: without secrets, with a text in place of each file. */
function asWire(value: unknown): unknown {
    if (value === "(unknown)") {
        return unknown;
    }
    if (Array.isArray(value)) {
        return value.map(asWire);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const [[key, item] = [], ...others] = Object.entries(value);
    if (key === "secret" && others.length === 0) {
        return asWire(item);
    }
    if (key === "file" && others.length === 0) {
        const hash = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
        return { [signature]: marks.file, hash, text: "foo" };
    }
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asWire(each)]));
}
