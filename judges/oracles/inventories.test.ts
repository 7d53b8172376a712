import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { counted, isDefault, judged, unexplained, unneeded } from "./inventories/accepted";
import { changesOf } from "./inventories/changes";
import { compared, type Difference } from "./inventories/compare";
import { inOneForm } from "./inventories/equivalents";
import { type Inventory, inventories } from "./inventories/inventories";
import { isNaming } from "./inventories/names";
import { registeredBy } from "./inventories/programs";
import { expectedIn, type Resource } from "./inventories/resources";
import { Settings } from "./inventories/sets";
import { isHeldOut, judge } from "./judge";

const exceptions = JSON.parse(readFileSync(join(__dirname, "inventories", "exceptions.json"), "utf8"));

// Programs warn of versions of databases that the examples have.
beforeAll(() => jest.spyOn(pulumi.log, "warn").mockImplementation(async () => undefined));
afterAll(() => jest.restoreAllMocks());

const made = new Map<Inventory, Resource[]>();

const cases = inventories();

/** What the examples of other modules set, the programs in `judges/peers` set too. */
judge<Inventory>({
    name: "inventories",
    cases,
    exceptions,
    async run(each) {
        const resources = await registeredBy(each.module, each.title);
        made.set(each, resources);
        const differences = compared(expectedIn(judged(each)), resources, new Settings(each.sets));
        const missing = counted(each).filter(([type, count]) => ofType(resources, formOf(type)).length < count);
        return [
            ...differences.filter((difference) => !isDefault(difference)).map(shown),
            ...missing.map(([type, count]) => `${type}: fewer than ${count}`),
        ];
    },
});

/** The type by which resources of a type are compared. */
const formOf = (type: string) => inOneForm({ type, inputs: {} })[0]?.type as string;

const ofType = (resources: Resource[], type: string) => resources.filter((each) => each.type === type);

function shown({ type, path, there, here, isSet }: Difference): string {
    return path === "" ? `${type} ${there}` : `${isSet ? "" : "default of "}${type} ${path}: ${here} and not ${there}`;
}

test("inventories: each has an example, and each default that differs a reason that is needed", () => {
    expect(new Set(inventories().map(({ unit }) => unit)).size).toBe(299);
    expect(unneeded()).toEqual([]);
    expect(unexplained()).toEqual([]);
});

const open = cases.filter((each) => !isHeldOut(each));

test("inventories: a resource that a program does not have is found", () => {
    const unnoticed = open.flatMap((each) => {
        const [expected, settings] = [expectedIn(judged(each)), new Settings(each.sets)];
        const types = [...new Set(expected.map(({ type }) => type))];
        return types.filter((type) => {
            const others = (made.get(each) ?? []).filter((one) => one.type !== type);
            return !compared(expected, others, settings).some((found) => found.type === type && found.path === "");
        });
    });
    expect(unnoticed).toEqual([]);
});

test("inventories: a value that differs is found, unless it is a name or differed before", () => {
    const unnoticed = open.flatMap((each) => {
        const [expected, settings] = [expectedIn(judged(each)), new Settings(each.sets)];
        return expected.flatMap((resource) => {
            const { type } = resource;
            const same = ofType(expected, type);
            const resources = ofType(made.get(each) ?? [], type);
            const before = compared(same, resources, settings);
            const differed = new Set(before.map(({ path }) => path));
            const isMissing = before.some(({ path, there }) => path === "" && there.startsWith(resource.name));
            return [...(isMissing ? [] : changesOf(resource))]
                .filter(({ path, value }) => !differed.has(path.join(".")) && !isName(path, value))
                .filter(({ changed }) => {
                    const others = same.map((one) => (one === resource ? changed : one));
                    return isDeepStrictEqual(compared(others, resources, settings), before);
                })
                .map(({ path }) => `${each.name} ${resource.name} ${path.join(".")}`);
        });
    });
    expect(unnoticed).toEqual([]);
});

const isName = (path: string[], value: unknown) => typeof value === "string" && isNaming(path);
