import * as pulumi from "@pulumi/pulumi";
import { pageExamples, runExample } from "./pages";
import { registered } from "./registered";

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();

/** Reads what Pulumi reads of an exported component: all listed properties, with those of its resources. Returns the paths of secrets. */
async function secretsIn(value: unknown, path: string, seen = new Set<unknown>()): Promise<string[]> {
    if (pulumi.Output.isInstance(value)) {
        const output = value as unknown as { promise(): Promise<unknown>; isSecret: Promise<boolean> };
        const inner = await output.promise();
        return (await output.isSecret) ? [path] : secretsIn(inner, path, seen);
    }
    if (value instanceof Promise) {
        return secretsIn(await value, path, seen);
    }
    if (typeof value !== "object" || value === null || seen.has(value)) {
        return [];
    }
    seen.add(value);
    const isResource = pulumi.Resource.isInstance(value);
    const keys = Object.keys(value).filter((name) => !isResource || !name.startsWith("__"));
    const all: string[] = [];
    for (const key of keys) {
        // The inputs and outputs of the provider's resources are secrets as the provider and the program say.
        const isOfProvider = pulumi.CustomResource.isInstance(value);
        const found = await secretsIn(Reflect.get(value, key), `${path}.${key}`, seen);
        all.push(...(isOfProvider ? [] : found));
    }
    return all;
}

test.each(pageExamples)("each component of %s can be exported, and only secrets are secret", async (file) => {
    const components = new Map<string, object>();
    await registered(() => {
        runExample(file, (name, construct) => {
            // The tests tell the providers of components apart by their names.
            const isTaken = [...components.keys()].some((key) => key.endsWith(` ${name}`));
            const made = construct(isTaken ? `${name}-${components.size}` : name);
            components.set(`${made.constructor.name} ${name}`, made);
            return made;
        });
    });
    const secrets: string[] = [];
    for (const [key, component] of components) {
        secrets.push(...(await secretsIn(component, key)));
    }
    expect(components.size + Number(file === "environment.ts")).toBeGreaterThan(0);
    expect(secrets).toEqual([]);
});
