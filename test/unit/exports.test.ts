import * as pulumi from "@pulumi/pulumi";
import { everything } from "./everything";
import { answers, everythingElse } from "./everythingElse";
import { answeringFolder } from "./folders";
import { pageExamples, runExample } from "./pages";
import { repeatRandom } from "./random";
import { registered } from "./registered";

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();
const beginRandom = repeatRandom();
beforeEach(beginRandom);

const folder = answeringFolder();

/** What a program can read of a component, by path: values, and resources by type and name. */
type Members = Map<string, string>;

const described = (resource: object) => {
    const { __pulumiType: type, __name: name } = resource as { __pulumiType: string; __name: string };
    return `${type.split(":").at(-1)} ${name}`;
};

/** Reads what Pulumi reads of an exported component: all listed properties, with those of its resources; and what its getters return. */
async function read(value: unknown, path: string, members: Members, seen = new Set<unknown>()): Promise<void> {
    if (pulumi.Output.isInstance(value)) {
        const output = value as unknown as { promise(): Promise<unknown>; isSecret: Promise<boolean> };
        const inner = await output.promise();
        return (await output.isSecret) ? void members.set(path, "secret") : read(inner, path, members, seen);
    }
    if (value instanceof Promise) {
        return read(await value, path, members, seen);
    }
    if (value === undefined) {
        return;
    }
    if (typeof value !== "object" || value === null) {
        members.set(path, typeof value === "function" ? "function" : String(JSON.stringify(value)));
        return;
    }
    const isResource = pulumi.Resource.isInstance(value);
    if (isResource && path.includes(".")) {
        members.set(path, described(value));
    }
    if (seen.has(value)) {
        return;
    }
    seen.add(value);
    // The provider's resources have what the provider says: they can be read, and their secrets are right.
    const inside = pulumi.CustomResource.isInstance(value) ? new Map() : members;
    for (const key of Object.keys(value).filter((name) => !isResource || !(name.startsWith("__") || name === "urn"))) {
        await read(Reflect.get(value, key), `${path}.${key}`, inside, seen);
    }
    for (const key of gettersOf(value)) {
        let got: unknown;
        try {
            got = Reflect.get(value, key);
        } catch (error) {
            got = `refused: ${(error as Error).message.split("\n")[0]}`;
        }
        await read(got, `${path}.${key}`, inside, seen);
    }
}

/** The getters of a component's class, and of those that it extends. */
function gettersOf(value: object): string[] {
    const found: string[] = [];
    let prototype = Object.getPrototypeOf(value);
    while (pulumi.ComponentResource.isInstance(value) && prototype !== pulumi.ComponentResource.prototype) {
        const properties = Object.entries(Object.getOwnPropertyDescriptors(prototype));
        found.push(...properties.flatMap(([name, { get }]) => (get ? [name] : [])));
        prototype = Object.getPrototypeOf(prototype);
    }
    return found;
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
    expect(components.size + Number(file === "environment.ts")).toBeGreaterThan(0);
    await expectMembers(components);
});

async function expectMembers(components: Map<string, object>): Promise<void> {
    const members: Members = new Map();
    for (const [key, component] of components) {
        // The others have their own lines.
        const others = [...components.values()].filter((other) => other !== component);
        await read(component, key, members, new Set<unknown>(others));
    }
    expect([...members].filter(([, value]) => value === "secret")).toEqual([]);
}

test.each<[string, () => unknown, object]>([
    ["all components", () => everything(folder), {}],
    ["the other arguments", () => everythingElse(folder), answers],
])("each component of a program with %s can be exported, and only secrets are secret", async (_, program, stack) => {
    const components = new Map<string, object>();
    const registering = jest.spyOn(pulumi.ComponentResource.prototype as never, "registerOutputs");
    await registered(program, stack);
    for (const component of registering.mock.contexts as object[]) {
        components.set(described(component), component);
    }
    registering.mockRestore();
    expect(components.size).toBeGreaterThan(40);
    await expectMembers(components);
});
