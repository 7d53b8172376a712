import type { Workspace } from "../../local/machine/workspace";
import type { Cloud } from "../../local/simulator/cloud/cloud";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";

/** The platform example deployed as dev to a local Google Cloud of its own. */
export async function deployed(): Promise<{ cloud: Cloud; place: Workspace; remove(): Promise<void> }> {
    const platform = Deployment.platform();
    await platform.up("dev");
    const { place } = platform;
    return { cloud: cloudOf(place), place, remove: () => platform.remove() };
}
