import type { Inputs } from "../../../../local/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

export function prepare(world: World): void {
    world.enable("iap", "appengine");
    world.make("Application", {
        locationId: "europe-west",
        iap: { enabled: true, oauth2ClientId: "client", oauth2ClientSecret: "secret" },
    });
}

export const examples: Record<string, Inputs[]> = policyExamples(
    "gcp:iap/webTypeAppEngingIam",
    { appId: "acme-dev" },
    "roles/iap.httpsResourceAccessor",
);
