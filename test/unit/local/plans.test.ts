import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unknown } from "../../../local/marks";
import { types } from "../../../local/rules/catalogue";
import type { Inputs } from "../../../local/rules/rules";
import { root, World } from "./world";

interface Recorded {
    type: string;
    inputs: Inputs;
    /** The errors of Pulumi's provider. */
    refused: string[];
}

// Recorded by test/provider/plans.mjs.
const recorded: Recorded[] = JSON.parse(readFileSync(join(root, "test", "provider", "plans.json"), "utf8"));

/** The error of a previewed creation. */
function refusal({ type, inputs }: Recorded): string | undefined {
    const world = new World();
    try {
        world.provider.create(type, world.checked(type, inputs), true);
        return undefined;
    } catch (error) {
        return (error as Error).message.replace(/^\w*: /, "");
    }
}

test.each(recorded.map((row) => [row.type, JSON.stringify(row.inputs), row] as const))(
    "%s %s is planned or refused as by Pulumi's provider",
    (_type, _inputs, row) => {
        expect(refusal(row)).toBe(row.refused[0]);
    },
);

test("each rule that refuses the plan of a new resource has a recording in which it does", () => {
    // These refuse changes of a deployed resource only.
    const changes = [
        "appEngineApplicationLocationIDCustomizeDiff",
        'customdiff.IfValueChange("instance_type", isReplicaPromoteRequested, checkPromoteConfigurationsAndUpdateDiff)',
        'customdiff.ValidateChange("config.0.software_config.0.image_version", imageVersionChangeValidationFunc)',
        "validateSubnetworkProject",
    ];
    const unrecorded = Object.entries(types).flatMap(([type, { plan = {} }]) =>
        Object.entries(plan)
            .filter(([name, { refuse }]) => refuse && !changes.includes(name))
            .filter(([, { refuse }]) =>
                recorded.every((row) => {
                    const isUnknown = (property: string) => row.inputs[property] === unknown;
                    return (
                        row.type !== type || !row.refused.includes(String(refuse?.(row.inputs, undefined, isUnknown)))
                    );
                }),
            )
            .map(([name]) => `${type} ${name}`),
    );
    expect(unrecorded).toEqual([]);
});
