import { heldLine } from "slipway/facts";
import { resourcesOf } from "../machine/stacks";
import { cloudFolder, type Workspace } from "../machine/workspace";
import { openCloud } from "../simulator/cloud/cloud";
import { SimulatedTime } from "../simulator/cloud/propagation";
import type { Inputs } from "../simulator/rules/rules";
import { networkUser, subnetworkUser } from "../simulator/services/compute";

const users = {
    "gcp:compute/network:Network": networkUser,
    "gcp:compute/subnetwork:Subnetwork": subnetworkUser,
};

/**
 * What Google Cloud did not delete with a stack because it releases it late, in one line each: what, until when, and the command that
 * deletes it.
 */
export function heldLines(place: Workspace, stack: string): string[] {
    const cloud = openCloud({ cloud: cloudFolder(place) });
    const clock = new SimulatedTime(cloudFolder(place));
    const again = `'npx slipway local destroy -s ${stack}'`;
    return resourcesOf(place, stack).flatMap(({ type, id = "", outputs = {}, external }) => {
        const user = external ? undefined : users[type as keyof typeof users]?.(cloud, outputs as Inputs);
        return (user && heldLine(`resource '${id}' is already being used by '${user}'`, again, clock)) || [];
    });
}
