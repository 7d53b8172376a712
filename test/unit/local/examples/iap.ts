import type { Inputs } from "../../../../local/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

export function prepare(world: World): void {
    world.enable("iap", "appengine");
    world.make("Application", { locationId: "europe-west" });
}

export const examples: Record<string, Inputs[]> = policyExamples(
    "gcp:iap/webTypeAppEngingIam",
    { appId: "acme-dev" },
    "roles/iap.httpsResourceAccessor",
);
