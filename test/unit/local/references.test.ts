import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Reference, readReferences } from "../../../docs/tools/references";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { inputPaths, listed, merged } from "./referenceCases";
import { type Made, refusalOf, root, World } from "./world";

const references = readReferences(root);

/** A cloud in which the resources exist that a reading needs. */
function prepared({ apis, given = [], provider }: Reference): World {
    const world = new World(provider && { project: "acme-dev", region: "europe-west1", ...provider });
    world.enable(...apis);
    for (const [type, inputs] of given.flatMap((each) => Object.entries(each))) {
        world.makeAny(type, inputs);
    }
    return world;
}

describe.each(references.map((reference) => [reference.file, reference] as const))("%s", (_file, reference) => {
    const { types: own, fields, plain, accepted } = reference;

    test.each(Object.keys(own))("names each input of %s once, and no other", (type) => {
        const paths = inputPaths(type);
        const shared = [...Object.keys(fields), ...plain];
        const named = [...shared, ...Object.keys(own[type] ?? {}).filter((path) => !shared.includes(path))];
        expect(named.filter((path) => !paths.includes(path))).toEqual([]);
        expect(named.filter((path, index) => named.indexOf(path) !== index)).toEqual([]);
        const isNamed = (path: string) =>
            named.includes(path) ||
            // Blocks are named by their fields, or all of their fields by the block.
            named.some((each) => each.startsWith(`${path}.`)) ||
            plain.some((each) => path.startsWith(`${each}.`));
        expect(paths.filter((path) => !isNamed(path))).toEqual([]);
    });

    test("gives a test or a reason for each rule", () => {
        const incomplete = Object.entries(fields).flatMap(([field, rules]) =>
            rules
                .filter(({ refused, error, tested, unchecked }) => {
                    const given = [refused && error, tested && existsSync(join(root, tested)), unchecked];
                    return given.filter(Boolean).length !== 1;
                })
                .map(({ rule }) => `${field}: ${rule}`),
        );
        expect(incomplete).toEqual([]);
    });

    const cases = Object.entries(fields).flatMap(([field, rules]) => rules.map((rule) => ({ field, ...rule })));

    describe.each(Object.entries(own))("%s", (type, particular) => {
        const make = (world: World, ...changes: Inputs[]): Made =>
            world.makeAny(type, changes.reduce(merged, merged(accepted, particular)));

        test("is accepted", () => {
            expect(make(prepared(reference)).id).toEqual(expect.any(String));
        });

        const edges = cases.flatMap((each) => listed(each.accepted).map((inputs) => ({ ...each, inputs })));
        if (edges.length > 0) {
            test.each(edges.map((edge) => [edge.field, JSON.stringify(edge.inputs), edge] as const))(
                "%s accepts %s",
                (_field, _inputs, { inputs }) => {
                    expect(make(prepared(reference), inputs).id).toEqual(expect.any(String));
                },
            );
        }

        const wrong = cases.flatMap((each) => listed(each.refused).map((inputs) => ({ ...each, inputs })));
        if (wrong.length > 0) {
            test.each(wrong.map((each) => [each.field, each.rule, JSON.stringify(each.inputs), each] as const))(
                "%s: %s: refuses %s",
                (_field, _rule, _json, { inputs, from, error }) => {
                    const world = prepared(reference);
                    const made = from && make(world, from);
                    const news = [accepted, particular, from ?? {}, inputs].reduce(merged, {});
                    expect(refusalOf(() => (made ? world.update(made, news) : make(world, inputs)))).toContain(error);
                },
            );
        }
    });
});
