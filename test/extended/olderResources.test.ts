import { readFileSync } from "node:fs";
import { described } from "../../local/machine/exported";
import { stateFile } from "../../local/machine/stacks";
import type { Workspace } from "../../local/machine/workspace";
import { held } from "../deploy/deployment";
import { attempt, changes, deploymentOf } from "./upgrades/program";
import { type Recording, read, recorded, restore } from "./upgrades/recording";
import { changeComponents } from "./upgrades/renamed";

/**
 * The states of earlier releases have the code of their dynamic resources, which the present release updates and deletes. The other resources
 * belong to Pulumi's provider.
 */

const isDynamic = (type: string) => type.split("$").at(-1)?.startsWith("pulumi-nodejs:dynamic/") === true;

interface Resource {
    type: string;
    custom: boolean;
    urn: string;
}

/** The dynamic resources of a state, such as `Model iris`. */
function dynamicResources(state: object): string[] {
    const { checkpoint } = state as { checkpoint: { latest: { resources?: Resource[] } } };
    return (checkpoint.latest.resources ?? []).filter(({ type, custom }) => custom && isDynamic(type)).map(described);
}

const stateOf = (place: Workspace): object => JSON.parse(readFileSync(stateFile(place, "dev"), "utf8"));

const older = recorded().flatMap(([release, program]): [string, string, Recording][] => {
    const { dev } = read(release, program);
    return dev && dynamicResources(dev.state).length > 0 ? [[release, program, dev]] : [];
});

/** By type of a dynamic resource. */
const isUpdated = new Map<string, boolean>();

test.each(older)("what release %s has deployed of %s is updated and deleted", async (_, program, recording) => {
    const deployment = deploymentOf(program, recording);
    restore(recording, deployment.place, "dev");
    changeComponents(deployment, "update");
    const planned = await changes(deployment, "dev");
    for (const resource of dynamicResources(recording.state)) {
        const [type = ""] = resource.split(" ");
        isUpdated.set(type, isUpdated.get(type) || planned.some((change) => change.startsWith(`update ${resource}`)));
    }
    const up = await attempt(deployment, ["up", "-s", "dev", "--yes", "--skip-preview"]);
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    expect(await changes(deployment, "dev")).toEqual([]);

    // Subnets remain until what has used them has released its addresses, hours later.
    const { output } = await attempt(deployment, ["destroy", "-s", "dev", "--yes", "--continue-on-error"]);
    const errors = output.match(/^ +error: (?!update failed|preview failed|resource .* is still).*$/gm) ?? [];
    expect(errors.filter((error) => !held.test(error))).toEqual([]);
    expect(dynamicResources(stateOf(deployment.place))).toEqual([]);
    await deployment.remove();
});

/** The application has its location, which cannot change, and the access of a function is created or deleted. */
const neverUpdated = ["Application", "PublicAccess"];

test("each type of dynamic resource was updated", () => {
    const others = [...isUpdated].flatMap(([type, updated]) => (updated ? [] : type));
    expect(others.sort()).toEqual(neverUpdated);
});
